// SPDX-License-Identifier: MIT
//
// The thread that answers. It never blocks in a call: a call that has to wait is put aside and made
// again whenever a fence or a syncobj has changed.
//
// It also executes compute jobs that are likely to be short, after it has answered the submission:
// to wake another thread takes several times as long. Should one be long, a second thread goes on
// with the answers.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include <vc7/drm/raw_file.hpp>
#include <vc7/shim/server.hpp>

#include "arena.hpp"
#include "closer.hpp"
#include "leadership.hpp"
#include "message_caller.hpp"
#include "register_window.hpp"
#include "sockets.hpp"
#include "sync_file.hpp"
#include "tree.hpp"

namespace vc7::shim {

/// Wakes the loop; any thread.
class Doorbell {
 public:
  Doorbell();
  void ring() {
    if (wanted_) ring_anyway();
  }
  void ring_anyway();
  /// Rings that nobody waits for cost nothing: after every change of this, look for yourself once.
  void listen(bool wanted) { wanted_ = wanted; }
  /// True if it has rung since it was asked last.
  bool take();
  int fd() const { return fd_.get(); }

 private:
  std::atomic<bool> wanted_ = false, rung_ = false;
  Descriptor fd_;
};

class Loop {
 public:
  Loop(const ServerOptions& options, const Tree& tree, std::shared_ptr<drm::SimulatedDevice> device,
       Doorbell& doorbell);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Counts counts() const;
  /// See Server::answer_after_death().
  void answer_after_death();
  std::size_t open_files() const { return open_files_ + closer_.open(); }

 private:
  enum class Kind { control, render, card, memory, exported };

  /// One open file of a program.
  struct File {
    Descriptor socket;
    Kind kind = Kind::render;
    std::uint64_t number = 0;
    std::unique_ptr<drm::raw::RawFile> raw;  ///< of the device
    drm::Shared object = {};                 ///< of an exported descriptor
    ino_t inode = 0;                         ///< of its other end, which the program has
  };
  /// A call that has not been answered.
  struct Waiting {
    File* file;
    std::vector<std::byte> bytes;  ///< what `message` points into
    Message message;
    MessageCaller::Clock::time_point deadline;
  };

  void work();
  void end();
  void lead();
  bool run_short_job();
  void watch(int fd);
  void handle(int fd, std::uint32_t events);
  void accept_all(int fd, Kind kind);
  void read_one(File& file, bool hung_up);
  void close_file(int fd);
  void refuse_unread(int fd);
  bool obey(File& file, Received received);
  bool obey_part(std::span<const std::byte> bytes);

  /// Makes the call. False if it has to wait.
  bool attempt(File& file, const Message& message,
               std::optional<MessageCaller::Clock::time_point>& deadline, bool interrupted,
               const Descriptor& channel);
  int make_call(File& file, MessageCaller& caller, const Request& request);
  class CallDescriptors;
  drm::Result<int> give(const File& file, const Request& request, const Descriptor& channel,
                        drm::Shared object);
  drm::Result<drm::Shared> take(const Descriptor& descriptor);
  /// A file that a program maps, and where.
  struct Mapped {
    Descriptor file;
    std::uint64_t offset = 0;
  };
  drm::Result<Mapped> memory_of(File& file, const Request& request);
  void map(File& file, const Message& message, const Descriptor& channel);
  void seek(const File& file, const Request& request);
  void cancel(File& file, const Request& request);
  void retry_waiting();
  void finish(File& file, const Message& message, int error, const MessageCaller& caller);
  bool may_get_memory(std::optional<MessageCaller::Clock::time_point>& deadline) const;
  int timeout_ms() const;
  void count_files();

  const ServerOptions& options_;
  const Tree& tree_;
  const std::shared_ptr<drm::SimulatedDevice> device_;
  Doorbell& doorbell_;
  Arena arena_;
  Closer closer_;
  Descriptor epoll_;
  std::map<int, std::pair<Kind, Descriptor>> listeners_;
  std::map<int, File> files_;
  std::list<Waiting> waiting_;
  std::vector<std::byte> buffer_;
  RegisterWindow registers_;
  std::uint64_t exported_ = 0;
  std::atomic<std::uint64_t> opens_ = 0, calls_ = 0, refused_ = 0;
  std::atomic<std::size_t> open_files_ = 0;
  std::atomic<bool> quit_ = false;
  Leadership leadership_;  // of all above but the atomics
  std::array<std::thread, 2> threads_;
};

}  // namespace vc7::shim
