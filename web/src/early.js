// Buttons pressed before the script that listens is here: app.js presses them again. Read with the page's head, so it is short.
window.early = [];
window.onclick = (press) => {
  const button = press.target.closest?.("button[type=button]");
  if (button) window.early.push(button);
};
