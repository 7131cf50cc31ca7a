// Enums print their names when a test fails, whatever enum it is: the compiler knows them.
#pragma once

#include <array>
#include <cstddef>
#include <ostream>
#include <string_view>
#include <type_traits>
#include <utility>

namespace testfarm {
namespace enum_names {

// "… [with auto V = testfarm::Verdict::gap; …]" by gcc, "… [V = testfarm::Verdict::gap]" by clang; a number
// in parentheses where no enumerator has the value.
template <auto V>
constexpr std::string_view name() {
  constexpr std::string_view text = __PRETTY_FUNCTION__;
  constexpr auto begin = text.find("V = ") + 4;
  constexpr auto end = text.find_first_of(";]", begin);
  constexpr std::string_view whole = text.substr(begin, end - begin);
  constexpr auto scope = whole.rfind("::");
  return whole.front() == '(' || scope == std::string_view::npos ? std::string_view()
                                                                 : whole.substr(scope + 2);
}

constexpr std::size_t most = 32;  // enumerators of one enum of ours

template <typename Enum, std::size_t... I>
constexpr std::array<std::string_view, most> all(std::index_sequence<I...>) {
  return {name<static_cast<Enum>(I)>()...};
}

}  // namespace enum_names

template <typename Enum>
requires std::is_enum_v<Enum> std::ostream& operator<<(std::ostream& out, Enum value) {
  static constexpr auto names = enum_names::all<Enum>(std::make_index_sequence<enum_names::most>());
  const auto number = static_cast<std::size_t>(value);
  if (number < names.size() && !names[number].empty()) return out << names[number];
  return out << number;
}

}  // namespace testfarm
