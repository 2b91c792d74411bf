declare module '*.css' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a file that is imported as text is a default export
  export default text;
}
