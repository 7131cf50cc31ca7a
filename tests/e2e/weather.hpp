// Bad weather between a client and its farm: a proxy that passes requests on, or not, or twice, or late, or
// answers like a host that is broken. One request a connection.
#pragma once

#include <atomic>
#include <mutex>
#include <random>
#include <string>
#include <thread>

#include "base/file.hpp"

namespace testfarm {

class Weather {
 public:
  Weather(int farm_port, std::uint64_t seed);
  Weather(const Weather&) = delete;
  Weather& operator=(const Weather&) = delete;
  ~Weather();

  std::string address() const;
  // Of a hundred requests so many meet something.
  std::atomic<unsigned> bad_per_hundred = 0;
  // Nobody answers at all.
  std::atomic<bool> down = false;

  std::atomic<std::uint64_t> passed = 0;
  std::atomic<std::uint64_t> hindered = 0;

 private:
  void work();
  void serve(Fd client);
  std::string from_farm(const std::string& request) const;
  unsigned roll(unsigned sides);
  int farm_port_;
  int port_ = 0;
  Fd listener_;
  std::mutex dice_mutex_;
  std::mt19937_64 dice_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> served_ = 0;
  std::thread thread_;
};

}  // namespace testfarm
