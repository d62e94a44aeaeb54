// esbuild puts stylesheets that a script imports beside it.
declare module '*.css';
