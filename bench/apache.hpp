// A private Apache for a bench (tools/private-apache), ended with this object.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

struct ApacheSetup {
  Path script;  // tools/private-apache
  Path directory;
  Path site, farm, endpoint;
  std::string kind = "fcgid";
  std::string extra;  // configuration beside the farm's
  int port = 0;
};

int free_loopback_port();

class BenchApache {
 public:
  static Result<BenchApache> start(const ApacheSetup& setup);
  BenchApache(BenchApache&& other) noexcept : id_(other.id_) { other.id_ = 0; }
  BenchApache& operator=(BenchApache&&) = delete;
  ~BenchApache();

 private:
  explicit BenchApache(pid_t id) : id_(id) {}
  pid_t id_;
};

}  // namespace testfarm
