// Being asked to stop: Ctrl-C and SIGTERM.
#pragma once

namespace testfarm {

// From now on the first Ctrl-C or SIGTERM only notes the request; a second Ctrl-C ends the program at once.
void stop_on_signals();
bool stop_wanted();

}  // namespace testfarm
