// Transports of tests: a network that leads to a real endpoint in this process.
#pragma once

#include <algorithm>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "client/report/http.hpp"
#include "support/support.hpp"

namespace testfarm {

// Fails as it is told to. For several threads.
class FakeNetwork final : public Transport {
 public:
  explicit FakeNetwork(TemporaryFarm& farm) : farm_(farm) {}

  Result<HttpAnswer> send(const HttpRequest& request) override {
    const std::scoped_lock lock(mutex_);
    ++requests;
    if (meanwhile) meanwhile();
    largest = std::max(largest, request.body.size());
    std::string type;
    for (const auto& [name, value] : request.headers)
      if (name == "Content-Type") type = value;
    const bool form = type.starts_with("multipart/");
    if (firewall && !form)
      return HttpAnswer{.status = 403, .content_type = "text/html", .body = "<h1>Forbidden</h1>"};
    if (!trouble.empty()) {
      const std::string kind = trouble.front();
      // A host that refuses one form of a request refuses the other too.
      if (kind != "html" || form) trouble.erase(trouble.begin());
      if (kind == "lost request") return fail(ErrorKind::unavailable, "lost");
      if (kind == "lost answer") {
        deliver(request);
        return fail(ErrorKind::unavailable, "lost");
      }
      if (kind == "html")
        return HttpAnswer{.status = 403, .content_type = "text/html", .body = "<h1>Forbidden</h1>"};
      if (kind == "500") return HttpAnswer{.status = 500, .content_type = "text/html", .body = "oops"};
    }
    return deliver(request);
  }

  std::vector<std::string> trouble;
  std::function<void()> meanwhile;  // what goes on while a request is on its way
  bool firewall = false;            // lets nothing through but forms
  int requests = 0;
  std::size_t largest = 0;

 private:
  HttpAnswer deliver(const HttpRequest& http) {
    Request request;
    request.method = http.method;
    request.target = http.url.substr(std::string("https://ci.example.org").size());
    for (const auto& [name, value] : http.headers) {
      if (name == "Content-Type") request.content_type = value;
      if (name == "Content-Digest") request.signature.content_digest = value;
      if (name == "Signature-Input") request.signature.signature_input = value;
      if (name == "Signature") request.signature.signature = value;
    }
    request.body = http.body;
    const Response response = farm_.endpoint().handle(request);
    return {.status = response.status, .content_type = response.content_type, .body = response.body};
  }
  TemporaryFarm& farm_;
  std::mutex mutex_;
};

// The same network through another door, for whoever wants a transport of their own.
class Door final : public Transport {
 public:
  explicit Door(FakeNetwork& network) : network_(network) {}
  Result<HttpAnswer> send(const HttpRequest& request) override { return network_.send(request); }

 private:
  FakeNetwork& network_;
};

}  // namespace testfarm
