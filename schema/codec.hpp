// Events as lines of JSON: the form on the wire and in the log (events.md). Pure and total: any bytes give an
// event or an error that names the field.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "schema/event.hpp"

namespace testfarm {

// One line without its end. bad_input naming the field.
Result<Event> decode_event(std::string_view line);
// One line without its end; decode_event of it gives the event again.
std::string encode_event(const Event& event);

// The number alone, read from the fixed beginning {"n":123 without looking at the rest.
std::optional<std::uint64_t> event_number(std::string_view line);

// Shows every text of an event, names in its maps too, to who may change it. It goes by what the codec
// writes, so that a member that is written cannot be left out.
void for_each_text(EventBody& body, const std::function<void(std::string&)>& visit);

// The JSON Schema of one line: what events.schema.json holds.
std::string events_json_schema();

}  // namespace testfarm
