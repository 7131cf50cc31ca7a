#include "admin/doctor.hpp"

#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ostream>
#include <utility>
#include <vector>

#include "admin/htaccess.hpp"
#include "admin/own_programs.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "store/clients/door_note.hpp"
#include "store/farm_config.hpp"
#include "store/last_good.hpp"

namespace testfarm {
namespace {

// f_type of statfs(2), from linux/magic.h and the file systems' own sources.
constexpr std::array<std::pair<long, const char*>, 12> file_systems{{{0xEF53, "ext4"},
                                                                     {0x58465342, "xfs"},
                                                                     {0x9123683E, "btrfs"},
                                                                     {0x2FC12FC1, "zfs"},
                                                                     {0xF2F52010, "f2fs"},
                                                                     {0x794C7630, "overlay"},
                                                                     {0x01021994, "tmpfs"},
                                                                     {0x6969, "nfs"},
                                                                     {0xFF534D42, "cifs"},
                                                                     {0xFE534D42, "smb2"},
                                                                     {0x65735546, "fuse"},
                                                                     {0x47504653, "gpfs"}}};

class Doctor {
 public:
  Doctor(const Layout& layout, FarmConfig config, const std::vector<Slip>& slips, const Clock& clock,
         std::ostream& out)
      : layout_(layout), config_(std::move(config)), slips_(slips), clock_(clock), out_(out) {}

  Diagnosis examine() {
    for (const Slip& slip : slips_)
      bad(slip.what, "mend it; until then what the file said when it was last right counts");
    for (const std::string& remark : config_.remarks)
      doubtful(concat("farm.toml: ", remark), "say in farm.toml what is meant");
    user();
    places();
    modes();
    file_system();
    locks();
    sync_time();
    space();
    clock();
    cron();
    addresses();
    return diagnosis_;
  }

 private:
  void good(const std::string& what) {
    ++diagnosis_.good;
    out_ << "  good  " << what << '\n';
  }
  void doubtful(const std::string& what, const std::string& remedy) {
    ++diagnosis_.doubtful;
    out_ << "  look  " << what << "\n        " << remedy << '\n';
  }
  void bad(const std::string& what, const std::string& remedy) {
    ++diagnosis_.bad;
    out_ << "  BAD   " << what << "\n        " << remedy << '\n';
  }

  void user() {
    if (geteuid() == 0)
      doubtful(
          "you are root",
          "run the farm, its web server's programs and this as the user whom the farm's files belong to");
    else
      good(concat("you are user ", geteuid(), ", not root"));
  }

  static bool is_below(const Path& inner, const Path& outer) {
    const Path relative =
        std::filesystem::weakly_canonical(inner).lexically_relative(std::filesystem::weakly_canonical(outer));
    return !relative.empty() && *relative.begin() != "..";
  }

  void places() {
    if (is_below(layout_.root(), config_.site))
      bad(concat(layout_.root().string(), " lies below the pages in ", config_.site.string(),
                 ": browsers could read it"),
          "move it out, for instance to your home directory, and correct the wrapper's --farm");
    else
      good(concat("the farm's data is outside of the pages' directory ", config_.site.string()));
    struct stat status {};
    if (stat(layout_.root().c_str(), &status) == 0 && (status.st_mode & 0077) != 0)
      doubtful(concat("other users of this host may look into ", layout_.root().string()),
               concat("chmod 700 ", layout_.root().string()));
    else
      good("no other user of this host may look into the farm's data");
  }

  // What suexec asks of a program and of its directory (httpd's support/suexec.c): owned by the user who runs
  // it, writable by nobody else, not setuid.
  void suexec(const Path& path, bool program) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) {
      doubtful(concat(path.string(), " is missing"),
               program ? concat("for a shared host: testfarm-admin wrapper ", layout_.root().string(), " > ",
                                path.string(),
                                "; where the server's own configuration starts the endpoint, "
                                "nothing need be there")
                       : std::string("the first testfarm-generate makes it"));
      return;
    }
    const auto octal = [&] {
      std::array<char, 8> text{};
      std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(status.st_mode & 07777));
      return std::string(text.data());
    };
    if (status.st_uid != geteuid())
      bad(concat(path.string(), " belongs to user ", status.st_uid, ": suexec will not run it"),
          concat("chown it to yourself, or copy it anew: ", path.string()));
    else if ((status.st_mode & 0022) != 0)
      bad(concat(path.string(), " may be written by others (mode ", octal(), "): suexec will not run it"),
          concat("chmod 755 ", path.string()));
    else if ((status.st_mode & 06000) != 0)
      bad(concat(path.string(), " is setuid or setgid (mode ", octal(), "): suexec will not run it"),
          concat("chmod 755 ", path.string()));
    else if (program && (status.st_mode & 0100) == 0)
      bad(concat(path.string(), " cannot be executed (mode ", octal(), ")"),
          concat("chmod 755 ", path.string()));
    else
      good(concat(path.string(), ": owner and mode ", octal(), " are as suexec wants them"));
  }

  // With another RewriteBase the server looks for the endpoint elsewhere: clients get 403 or 404 of the host.
  void htaccess() {
    const Path path = config_.site / ".htaccess";
    const std::string print =
        concat("testfarm-admin htaccess ", layout_.root().string(), " > ", path.string());
    const auto text = read_file_if_there(path);
    if (!text) return bad(text.error().context, concat("write it anew: ", print));
    if (!*text)
      return doubtful(concat("there is no ", path.string()),
                      concat(print, " makes it, unless the server's own configuration does its work"));
    const std::string wanted = rewrite_base(config_);
    const auto found = rewrite_base_in(**text);
    if (found && *found != wanted)
      return bad(concat(path.string(), " says RewriteBase ", *found, ", and base_url in farm.toml is ",
                        config_.base_url, ": requests of clients do not reach the endpoint"),
                 concat("RewriteBase ", wanted, ", or correct base_url; right is what `", print, "` writes"));
    good(concat(path.string(), " fits base_url"));
  }

  // What clients with good keys asked for in the last two days.
  void addresses() {
    const auto asked = unnamed_addresses(layout_, clock_.now() - 2 * day_ms);
    for (const auto& [address, clients] : asked ? *asked : std::map<std::string, std::uint64_t>())
      bad(concat(counted(clients, "client"), " asked at ", address, " and ", clients == 1 ? "was" : "were",
                 " refused: that is neither base_url nor a [[former]] address"),
          concat("if the farm is to be reached there, make it base_url or name it as [[former]] in ",
                 layout_.farm_toml().string(), "; else their testfarm.toml should say ", config_.base_url));
  }

  void modes() {
    suexec(config_.site, false);
    suexec(config_.site / "testfarm.fcgi", true);
    htaccess();
    if (const auto endpoint = own_endpoint())
      suexec(*endpoint, true);
    else
      doubtful(endpoint.error().context, "wrapper and .htaccess lead there");
  }

  void file_system() {
    struct statfs status {};
    if (statfs(layout_.root().c_str(), &status) != 0) {
      bad(system_error("could not ask for the file system of", layout_.root()).context,
          "is the farm's directory there?");
      return;
    }
    const auto known = std::find_if(file_systems.begin(), file_systems.end(), [&](const auto& one) {
      return one.first == static_cast<long>(status.f_type);
    });
    const std::string name = known == file_systems.end()
                                 ? concat("unknown (type ", static_cast<std::int64_t>(status.f_type), ")")
                                 : known->second;
    const bool network = name == "nfs" || name == "cifs" || name == "smb2" || name == "gpfs";
    if (name == "tmpfs")
      bad("the farm lies in memory (tmpfs): all is lost when the host restarts", "move it to a disk");
    else if (network)
      doubtful(concat("the file system is on the network (", name, ")"),
               "run the endpoint and the generator on one machine only: several at a time cannot rely on its "
               "appends");
    else if (known == file_systems.end() || name == "fuse")
      doubtful(concat("the file system is ", name),
               "the tests below say what matters; ask the provider whether it keeps what is synced");
    else
      good(concat("the file system is ", name));
  }

  // Somebody else must see our lock.
  void locks() {
    const Path path = layout_.root() / concat(".doctor-", random_name(8));
    const auto file = open_file(path, Open::append_create);
    const auto locked = file ? lock_file(*file, 0, path) : Status(fail(file.error()));
    bool seen = false;
    if (locked) {
      const pid_t other = fork();
      if (other == 0) {
        const auto again = open_file(path, Open::append);
        const auto taken = again ? lock_file(*again, 0, path) : Status(fail(again.error()));
        _exit(!taken && taken.error().kind == ErrorKind::busy ? 0 : 1);
      }
      int status = 1;
      seen = waitpid(other, &status, 0) == other && status == 0;
    }
    static_cast<void>(remove_file(path));
    if (seen)
      good("locks hold between processes");
    else
      bad("a lock of one process is not seen by another",
          "the farm cannot live on this file system; ask the provider for another");
  }

  // The median of eleven appends of 4 KiB, each synced.
  void sync_time() {
    const Path path = layout_.root() / concat(".doctor-", random_name(8));
    std::vector<double> times;
    const auto file = open_file(path, Open::append_create);
    for (int i = 0; file && i < 11; ++i) {
      const auto before = std::chrono::steady_clock::now();
      if (!write_all(*file, std::string(4096, 'x'), path) || !sync_data(*file, path)) break;
      times.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count());
    }
    static_cast<void>(remove_file(path));
    if (times.size() < 11) {
      bad("appending and syncing a file failed", "is the disk full, or a quota met? `quota` and `df` tell");
      return;
    }
    std::sort(times.begin(), times.end());
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f ms", times[5]);
    if (times[5] > 100)
      doubtful(concat("a sync takes ", text.data(), ": each report of a client waits that long"),
               "durability = \"write\" in farm.toml acknowledges without it; a power failure may then lose "
               "the last seconds");
    else
      good(concat("a sync takes ", text.data(),
                  times[5] < 0.2 ? " (the host may well acknowledge from memory)" : ""));
  }

  void space() {
    const auto space = free_space(layout_.root());
    if (!space) {
      bad(space.error().context, "is the farm's directory there?");
      return;
    }
    const std::string bytes = concat(space->bytes >> 20, " MiB free");
    const std::string inodes = space->inodes ? concat(", ", *space->inodes, " inodes free") : "";
    const bool below = space->bytes < config_.limits.free_bytes ||
                       (space->inodes && *space->inodes < config_.limits.free_inodes);
    if (below)
      bad(concat(bytes, inodes, ": below the floor of farm.toml, clients are told to wait"),
          "free some, or lower free_bytes and free_inodes");
    else if (space->bytes < 4 * config_.limits.free_bytes)
      doubtful(concat(bytes, inodes, ": near the floor of farm.toml"), "free some before clients must wait");
    else
      good(concat(bytes, inodes, "; quotas of the provider are not seen from here"));
  }

  // A file server's clock may be another than ours.
  void clock() {
    const Path path = layout_.root() / concat(".doctor-", random_name(8));
    const Millis before = clock_.now();
    const bool made = make_empty_file(path).value_or(false);
    const auto facts = facts_at(path);
    static_cast<void>(remove_file(path));
    const Millis apart = made && facts && *facts ? (*facts)->modified - before : 0;
    const int year = civil_time(before).year;
    if (year < 2025 || year > 2100)
      bad(concat("the clock says ", iso_time(before)), "tell the provider; dates on pages come from it");
    else if (apart > 5 * second_ms || apart < -5 * second_ms)
      doubtful(concat("the file system's clock differs by ", apart / second_ms, " s from the host's"),
               "tell the provider");
    else
      good(concat("the clock says ", iso_time(before),
                  ", and so does the file system; testfarm check --server compares it from outside"));
  }

  void cron() {
    FILE* listing = popen("crontab -l 2>/dev/null", "r");
    std::string text;
    std::array<char, 4096> piece{};
    for (std::size_t got = 0;
         listing != nullptr && (got = fread(piece.data(), 1, piece.size(), listing)) > 0;)
      text.append(piece.data(), got);
    if (listing != nullptr) pclose(listing);
    if (text.find("testfarm-generate") != std::string::npos)
      good("cron runs testfarm-generate");
    else
      doubtful("no line of your crontab runs testfarm-generate",
               concat("add it with `crontab -e` or on the provider's panel: */5 * * * *  ", own_generator(),
                      " --quiet --budget 50s ", std::filesystem::absolute(layout_.root()).string()));
  }

  const Layout& layout_;
  FarmConfig config_;
  const std::vector<Slip>& slips_;
  const Clock& clock_;
  std::ostream& out_;
  Diagnosis diagnosis_;
};

}  // namespace

Result<Diagnosis> examine_host(const Layout& layout, const Clock& clock, std::ostream& out) {
  TRY_SET(FarmConfigAtHand farm, farm_config_at_hand(layout));
  TRY_SET(const auto slips, find_slips(layout));
  return Doctor(layout, std::move(farm.config), slips, clock, out).examine();
}

}  // namespace testfarm
