#include "generator/pages/raw_text.hpp"

#include "base/text.hpp"
#include "generator/html/output_html.hpp"
#include "generator/html/wording.hpp"

namespace testfarm {

std::string raw_text(const ExecutionDocument& document) {
  std::string text;
  for (std::size_t i = 0; i < document.tasks.size(); ++i) {
    const DocumentTask& task = document.tasks[i];
    text += concat("== ", i + 1, ' ', task.start.name, "\n");
    for (const DocumentCommand& command : task.commands) {
      text += concat("$ ", command.line, '\n');
      append_plain_output(text, command.output);
      if (command.omitted > 0) text += concat("[… ", command.omitted, " bytes left out …]\n");
      append_plain_output(text, command.output_tail);
      if (command.end && !command.end->success)
        text += concat("[failed after ", duration_text(command.end->duration), ": ",
                       ending_words(*command.end), "]\n");
    }
  }
  return text;
}

}  // namespace testfarm
