// Texts that want to be more than text, the same ones each time: what strangers put into names, messages and output.
export const fragments = [
  "<script>window.hit=1</script>", "<img src=x onerror=window.hit=1>", "<svg onload=window.hit=1>", "</pre><script>window.hit=1</script>",
  "</title><script>window.hit=1</script>", "\"><script>window.hit=1</script>", "' onmouseover='window.hit=1", "<iframe srcdoc='<script>parent.hit=1</script>'>",
  "<style>*{display:none}</style>", "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=//evil.example/'>", "<link rel=stylesheet href=//evil.example/x.css>",
  "<form action=//evil.example><button>", "<!-- ", "--> ", "]]>", "<![CDATA[", "<?php ?>", "&lt;b&gt; &amp; &#x3c;script&#x3e; &nbsp;", "&", "&amp", "&#0;",
  "{{name}}", "{{{output_html}}}", "{{>head}}", "{{#tasks}}{{/tasks}}", "{{=<% %>=}}", "{{!}}", "javascript:window.hit=1", "data:text/html,<script>window.hit=1</script>",
  "page-state-of-now", "${window.hit=1}", "`window.hit=1`", "\\u003cscript\\u003e", "%3Cscript%3E", "ftp://evil.example", "//evil.example/x.js",
  "\u202Eevil\u202C", "\u2066x\u2069\u2067y", "\u200Bzero\uFEFFwidth", "e\u0301\u0327\u0325 combined", "\u{1F4A9}\u{1F468}\u200D\u{1F469}", "\uFFFD\uFFFE", "\u2028line\u2029para", "ﷺ عربي עברית",
  "\u0001\u00020\u0002\u0003", "\u0000nul", "\u0007\u0008bell", "\u007Fdel", "\u0085nel \u009B31m csi \u009D0;osc\u009C", "tab\there",
  "\u001B[31mred\u001B[0m", "\u001B[38;5;201mpink\u001B[48;2;1;2;3mground\u001B[m", "\u001B]0;title\u0007", "\u001B]8;;javascript:window.hit=1\u001B\\link\u001B]8;;\u001B\\",
  "\u001BPq#0;2;0;0;0\u001B\\", "\u001B[2J\u001B[H\u001B[?1049h", "\u001B[999999999999999999999m", "\u001B[", "\u001B", "10%\r20%\r100%\r", "\r\r\r", "a\rb\r\r",
  "'; touch hit; '", "$(touch hit)", "`touch hit`", "x' || touch hit #", "\\'; touch hit", "a\u0085touch hit", "--upload-pack=touch hit",
  "../../../etc/passwd", "CON", ".htaccess", "a".repeat(150), "W".repeat(140), " ", "   leading", "trailing   ", "'\"`<>&", "<b>bold</b><i>", "</main></body></html>",
];

// Each fragment alone, and pairs of them that begin or end one another.
export const corpus = [...fragments];
for (let i = 0; corpus.length < 600; ++i) {
  const one = fragments[i * 7 % fragments.length], other = fragments[(i * 13 + 5) % fragments.length];
  corpus.push((i % 3 === 0 ? `${one}${other}` : i % 3 === 1 ? `x ${other} ${one}` : `${one}\u202E${other}`).slice(0, 160));
}

// What docs/SITE.md says becomes of names and messages.
export const shownName = text => text.replace(/[\u0000-\u0008\u000B-\u001F\u007F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/g, "\uFFFD");
// And of output without control sequences.
export const hasSequences = text => /[\u001B\u0080-\u009F]/.test(text);
export const shownLine = text => text.replace(/\r+$/, "").replace(/^.*\r/s, "").replace(/[\u0000-\u0008\u000A-\u001F\u007F]/g, "")
  .replace(/[\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/g, "\uFFFD");
