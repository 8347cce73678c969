// Shows what the page's policy says to code made from text.
let outcome = "allowed";
try {
  new Function("");
} catch (error) {
  outcome = error.name;
}
document.querySelector("#output").textContent = outcome;
document.title = "done";
