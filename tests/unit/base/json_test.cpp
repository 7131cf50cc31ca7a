#include "base/json.hpp"

#include "support/basics.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(base_json)

BOOST_AUTO_TEST_CASE(is_strict) {
  for (const char* wrong :
       {"", "{", "{}x", "{'a':1}", "[NaN]", "[Infinity]", "[1e999]", "[01]", "\"\x80\"", "{\"a\":1,}", "nul"})
    BOOST_TEST(!json::Document::parse(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(a_million_brackets_are_no_danger) {
  BOOST_TEST(!json::Document::parse(std::string(1000000, '[')).has_value());
}

BOOST_AUTO_TEST_CASE(numbers_are_exact_or_refused) {
  const auto read = [](const std::string& text) {
    const auto document = must(json::Document::parse("[" + text + "]"));
    return document.root().items().at(0).as_number().value();
  };
  BOOST_TEST(read("0e-30") == 0.0);
  BOOST_TEST(read("0.00000000000000000000000000000000000000e-300") == 0.0);
  BOOST_TEST(read("0.1") == 0.1);
  BOOST_TEST(read("9007199254740993.5") == 9007199254740993.5);
  BOOST_TEST(read("1.7976931348623157e308") == 1.7976931348623157e308);
  BOOST_TEST(read("-9223372036854775808") == -9223372036854775808.0);
  for (const char* wrong : {"1e309", "-1e999", "1e", "1.", "--1", "+1"})
    BOOST_TEST(!json::Document::parse(wrong).has_value(), wrong);
}

// As Python writes what is no text; whole pairs stay what they are.
BOOST_AUTO_TEST_CASE(half_surrogates_become_text) {
  const auto document = must(json::Document::parse(R"({"a\udc80":"x\udcab[\ud83d\ude00"})"));
  const auto value = document.root().find("a\uFFFD");
  BOOST_REQUIRE(value);
  BOOST_TEST(value->as_string().value_or("") == "x\uFFFD[\U0001F600");
  BOOST_TEST(!json::Document::parse(R"({"a":"\ud83d"})"));
}

BOOST_AUTO_TEST_CASE(reads_what_it_writes) {
  json::Writer writer;
  writer.object()
      .member("text", "a\"\n\x01")
      .member("int", -5)
      .member("big", UINT64_C(1) << 52)
      .member("real", 0.1)
      .member("yes", true);
  writer.key("list").array().value(1).value("x").end_array().end_object();
  const auto document = must(json::Document::parse(writer.text()));
  const json::View root = document.root();
  BOOST_TEST(root.text("text") == "a\"\n\x01");
  BOOST_TEST(root.integer("int") == -5);
  BOOST_TEST(root.integer("big") == INT64_C(1) << 52);
  BOOST_TEST(root.number("real") == 0.1);
  BOOST_TEST(root.flag("yes"));
  BOOST_TEST(root.list("list").size() == 2U);
  BOOST_TEST(!root.find("none").has_value());
  BOOST_TEST(!root.find("text")->as_integer().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
