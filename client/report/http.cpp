#include "client/report/http.hpp"

#include <curl/curl.h>

#include <atomic>
#include <cstdlib>

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_answer = 1 << 20;

std::size_t keep(char* data, std::size_t size, std::size_t count, void* to) {
  auto& body = *static_cast<std::string*>(to);
  if (body.size() + size * count <= most_answer) body.append(data, size * count);
  return size * count;
}

struct FreeHeaders {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

// Where systems keep the certificates that they trust: the archive's libcurl knows only Debian's place.
// Nothing where the first is there, or the owner says so.
const char* certificates() {
  static const char* const found = []() -> const char* {
    if (std::getenv("SSL_CERT_FILE") != nullptr) return std::getenv("SSL_CERT_FILE");
    if (file_exists("/etc/ssl/certs/ca-certificates.crt")) return nullptr;
    for (const char* path :
         {"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"})
      if (file_exists(path)) return path;
    return nullptr;
  }();
  return found;
}

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(CURL* handle) : handle_(handle) {}

  Result<HttpAnswer> send(const HttpRequest& request) override {
    CURL* curl = handle_.get();
    curl_easy_reset(curl);
    HttpAnswer answer;
    std::unique_ptr<curl_slist, FreeHeaders> headers;
    // No Expect: 100-continue: some hosts refuse it, and bodies are small.
    headers.reset(curl_slist_append(headers.release(), "Expect:"));
    for (const auto& [name, value] : request.headers)
      headers.reset(curl_slist_append(headers.release(), concat(name, ": ", value).c_str()));
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_USERAGENT, "testfarm/" TESTFARM_VERSION);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    if (certificates() != nullptr) set(CURLOPT_CAINFO, certificates());
    set(CURLOPT_CONNECTTIMEOUT, 10L);
    set(CURLOPT_TIMEOUT, 60L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, go_on);
    set(CURLOPT_XFERINFODATA, &given_up_);
    set(CURLOPT_WRITEFUNCTION, keep);
    set(CURLOPT_WRITEDATA, &answer.body);
    if (request.method == "POST") {
      set(CURLOPT_POST, 1L);
      set(CURLOPT_POSTFIELDS, request.body.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    }
    if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK)
      return fail(ErrorKind::unavailable, concat(request.url, ": ", curl_easy_strerror(code)));
    const char* type = nullptr;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    if (type != nullptr) answer.content_type = type;
    const char* location = nullptr;
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
    if (location != nullptr) answer.location = location;
    return answer;
  }

  void give_up(bool given_up) override { given_up_ = given_up; }

 private:
  // Called about once a second; not 0 ends the transfer.
  static int go_on(void* given_up, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return *static_cast<std::atomic<bool>*>(given_up) ? 1 : 0;
  }
  template <typename Value>
  void set(CURLoption option, Value value) {
    // Fails only for options that this libcurl does not know; ours are as old as 7.85.
    curl_easy_setopt(handle_.get(), option, value);
  }
  std::unique_ptr<CURL, FreeHandle> handle_;
  std::atomic<bool> given_up_ = false;
};

}  // namespace

Result<std::unique_ptr<Transport>> curl_transport() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* handle = ready == CURLE_OK ? curl_easy_init() : nullptr;
  if (handle == nullptr) return fail(ErrorKind::internal, "libcurl could not be initialised");
  return std::make_unique<CurlTransport>(handle);
}

}  // namespace testfarm
