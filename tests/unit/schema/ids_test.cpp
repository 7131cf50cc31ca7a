#include "schema/ids.hpp"

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(schema_ids)

BOOST_AUTO_TEST_CASE(names_that_can_be_paths_everywhere) {
  for (const std::string& good :
       {std::string("a"), std::string("0"), std::string("debian-12"), std::string("a_b"), std::string("com"),
        std::string("com10"), std::string("console"), std::string(64, 'x')})
    BOOST_TEST(ProjectId::parse(good).has_value(), good);
  const std::string wrong[] = {"",
                               "A",
                               "a/b",
                               "..",
                               ".",
                               "a.b",
                               "-a",
                               "_a",
                               "a b",
                               std::string(65, 'x'),
                               "con",
                               "prn",
                               "aux",
                               "nul",
                               "com1",
                               "lpt9",
                               "a\n",
                               "a\x01",
                               std::string("a\0b", 3),
                               "caf\xC3\xA9",
                               "a%2fb",
                               "a\\b",
                               "~",
                               "a:b"};
  for (const std::string& text : wrong) {
    BOOST_TEST(!ProjectId::parse(text).has_value(), text);
    BOOST_TEST(!ClientId::parse(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(executions_have_one_shape) {
  BOOST_TEST(must(ExecutionId::parse("20261121-142005-k3x9ab")).month() == "2026-11");
  for (const char* wrong : {"", "20261121-142005-k3x9aB", "20261121-142005-k3x9a", "20261321-142005-k3x9ab",
                            "20261100-142005-k3x9ab", "20261121_142005-k3x9ab", "2026-11-21T14:20",
                            "../../../../etc/passwd", "20261121-142005-k3x9ab/"})
    BOOST_TEST(!ExecutionId::parse(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(made_ids_parse_whatever_the_clock_says) {
  for (const Millis now : {Millis{0}, Millis{-5}, Millis{1795219200000}, INT64_MAX / 2, INT64_MIN / 2})
    BOOST_TEST(ExecutionId::parse(ExecutionId::make(now).text()).has_value());
  BOOST_TEST(ExecutionId::make(0).text() != ExecutionId::make(0).text());
}

BOOST_AUTO_TEST_CASE(key_ids_round_trip) {
  BOOST_TEST(must(KeyId::parse("p.c.12")).text() == "p.c.12");
  for (const char* wrong : {"", "p.c", "p.c.x", "p.c.-1", "P.c.1", "p.c.1.2", "p..1"})
    BOOST_TEST(!KeyId::parse(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_SUITE_END()
