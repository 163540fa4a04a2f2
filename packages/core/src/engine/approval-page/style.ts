/** The look of the page: readable on a phone, in light and dark, without anything from elsewhere. */
export const style = `
:root {
  color-scheme: light dark;
  --text: #1b1f24; --quiet: #4a5360; --page: #ffffff; --box: #f3f5f8; --edge: #c4ccd6; --link: #0a4fb0;
  --added: #e2f4e7; --on-added: #0b3d1c; --removed: #fde7e4; --on-removed: #5c1210;
  --yes: #0b5d2a; --no: #9b1c1c; --on-button: #ffffff; --warn: #fff2cc; --on-warn: #4d3800;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e8ebef; --quiet: #b4bdc9; --page: #14181d; --box: #1e242c; --edge: #46505d; --link: #9cc4ff;
    --added: #12331f; --on-added: #c8f0d4; --removed: #43170f; --on-removed: #ffd9d2;
    --yes: #7ee2a8; --no: #ffb4ab; --on-button: #10151a; --warn: #3d3000; --on-warn: #ffe9a8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
body > header { border-bottom: 1px solid var(--edge); }
body > header, main { max-width: 52rem; margin: 0 auto; padding: 0.75rem 1rem; overflow-wrap: anywhere; }
header p { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; justify-content: space-between; margin: 0; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 1rem 0 0.5rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; border-bottom: 1px solid var(--edge); padding-bottom: 0.25rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
p, ul { margin: 0.5rem 0; }
ul { padding-left: 1.25rem; }
a { color: var(--link); }
code, pre, pre > * { unicode-bidi: isolate-override; direction: ltr; }
code, pre { font-family: ui-monospace, "Cascadia Mono", "Liberation Mono", Menlo, monospace; font-size: 0.9em; }
code { background: var(--box); padding: 0.1em 0.3em; border-radius: 0.25rem; }
pre { background: var(--box); border: 1px solid var(--edge); border-radius: 0.4rem; margin: 0.5rem 0; padding: 0.5rem 0; }
pre > * {
  display: block; min-height: 1.5em; padding: 0 0.75rem 0 calc(0.75rem + 2ch); text-indent: -2ch;
  white-space: pre-wrap; word-break: break-all; overflow: hidden; text-decoration: none;
}
pre > ins { background: var(--added); color: var(--on-added); }
pre > del { background: var(--removed); color: var(--on-removed); }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: 0.25rem 1rem; margin: 0.5rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
.quiet { color: var(--quiet); }
.quote { border-left: 0.25rem solid var(--edge); padding-left: 0.75rem; white-space: pre-wrap; overflow: hidden; }
.state, .warn { border-radius: 0.4rem; padding: 0.5rem 0.75rem; background: var(--box); }
.warn { background: var(--warn); color: var(--on-warn); }
.questions { list-style: none; padding: 0; }
.questions > li { border: 1px solid var(--edge); border-radius: 0.4rem; padding: 0.5rem 0.75rem; margin: 0.75rem 0; }
.questions a { font-weight: 600; }
form { border: 1px solid var(--edge); border-radius: 0.4rem; padding: 0.75rem; margin: 1rem 0; }
form h3 { margin-top: 0; }
label { display: block; margin: 0.5rem 0 0.25rem; }
textarea, input {
  width: 100%; font: inherit; color: inherit; background: var(--page);
  border: 1px solid var(--quiet); border-radius: 0.3rem; padding: 0.5rem;
}
button {
  font: inherit; font-weight: 600; min-height: 2.75rem; padding: 0.5rem 1.25rem; margin-top: 0.75rem;
  border: 0; border-radius: 0.3rem; color: var(--on-button); background: var(--yes); cursor: pointer;
}
button.no { background: var(--no); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } button { width: 100%; } }
`
