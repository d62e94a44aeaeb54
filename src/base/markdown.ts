/** Text that Markdown shows as it is, on one line, whoever wrote it. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/[\\`*_{}[\]<>()#+!|~&]/g, '\\$&');
}
