// Registers a service worker and shows what it answers to a request that never reaches the server.
const output = document.querySelector("#output");
const registration = await navigator.serviceWorker.register("service.mjs", { type: "module" });
const controlled = new Promise((resolve) => {
  navigator.serviceWorker.oncontrollerchange = resolve;
});
try {
  if (!navigator.serviceWorker.controller) await controlled;
  const response = await fetch("answered-by-python");
  output.textContent = await response.text();
  document.title = response.ok ? "done" : "failed";
} finally {
  await registration.unregister();
}
