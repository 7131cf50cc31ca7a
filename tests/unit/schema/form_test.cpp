#include "schema/form.hpp"

#include "cgi/http/payload.hpp"
#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(schema_form)

BOOST_AUTO_TEST_CASE(what_goes_into_a_form_comes_out_of_it) {
  const std::string text = lines(small_execution());
  const Form form = as_form(text);
  Request request;
  request.content_type = form.content_type;
  request.body = form.body;
  BOOST_TEST(is_form(request.content_type));
  BOOST_TEST(must(payload_of(request, 1 << 20)) == text);
}

BOOST_AUTO_TEST_SUITE_END()
