/** Colours of the pictures in docs/pictures, on a page of either kind: those that GitHub has there. */
export const THEMES = `
  :root { --paper: #ffffff; --ink: #1f2328; --quiet: #59636e; --line: #818b98; --faint: #d1d9e0; --box: #f6f8fa;
    --accent: #0969da; --warm: #bc4c00; color-scheme: light dark; }
  @media (prefers-color-scheme: dark) {
    :root { --paper: #0d1117; --ink: #f0f6fc; --quiet: #9198a1; --line: #7d8590; --faint: #3d444d; --box: #151b23;
      --accent: #4493f8; --warm: #f0883e; }
  }`;

/** Text as it may stand in SVG. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
