// Starts a module worker and shows what it sends.
const worker = new Worker("worker.mjs", { type: "module" });
const show = (text, title) => {
  document.querySelector("#output").textContent = text;
  document.title = title;
};
worker.onmessage = ({ data }) => show(data.text, data.ok ? "done" : "failed");
worker.onerror = (event) => show(event.message || "the worker did not start", "failed");
