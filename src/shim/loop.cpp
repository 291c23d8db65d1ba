// SPDX-License-Identifier: MIT
#include "loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>

#include <vc7/base/error.hpp>

namespace vc7::shim {
namespace {

using Clock = MessageCaller::Clock;

constexpr std::chrono::milliseconds memory_patience{100};

}  // namespace

Doorbell::Doorbell() : fd_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (!fd_) throw Error{std::string{"eventfd: "} + std::strerror(errno)};
}

void Doorbell::ring() {
  if (!wanted_ || rung_.exchange(true)) return;
  const std::uint64_t one = 1;
  if (write(fd_.get(), &one, sizeof one) < 0) return;  // it is full: it has rung
}

bool Doorbell::take() {
  if (!rung_.load(std::memory_order_relaxed)) return false;
  std::uint64_t count;
  if (read(fd_.get(), &count, sizeof count) < 0) return false;  // about to be written
  return rung_.exchange(false);
}

Loop::Loop(const ServerOptions& options, const Tree& tree,
           std::shared_ptr<drm::SimulatedDevice> device, Doorbell& doorbell)
    : options_{options},
      tree_{tree},
      device_{std::move(device)},
      doorbell_{doorbell},
      closer_{[&doorbell] { doorbell.ring(); }},
      epoll_{epoll_create1(EPOLL_CLOEXEC)},
      buffer_(max_request + 4096) {
  if (!epoll_) throw Error{std::string{"epoll: "} + std::strerror(errno)};
  const auto listen = [&](Kind kind, const std::filesystem::path& path) {
    Descriptor socket = listen_at(path.string());
    const int fd = socket.get();
    listeners_.emplace(fd, std::pair{kind, std::move(socket)});
    watch(fd);
  };
  listen(Kind::control, tree_.folder() / "socket");
  listen(Kind::render, tree_.root() / "dev/dri" / tree_.render());
  listen(Kind::card, tree_.root() / "dev/dri" / tree_.card());
  watch(doorbell_.fd());
  thread_ = std::thread{[this] { work(); }};
}

// Programs that wait for an answer get one, or they would wait for ever: also those whose message
// nobody has read. With the sockets closed there will be no more of these.
Loop::~Loop() {
  quit_ = true;
  doorbell_.listen(true);
  doorbell_.ring();
  thread_.join();
  for (const auto& [fd, file] : files_) shutdown(fd, SHUT_RDWR);
  listeners_.clear();
  arena_.answer_all();
}

void Loop::answer_after_death() { arena_.answer_all(); }

Counts Loop::counts() const { return {opens_, calls_, refused_}; }

void Loop::watch(int fd) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.fd = fd;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
    throw Error{std::string{"epoll: "} + std::strerror(errno)};
}

int Loop::timeout_ms() const {
  auto first = Clock::time_point::max();
  for (const auto& waiting : waiting_) first = std::min(first, waiting.deadline);
  if (first == Clock::time_point::max()) return -1;
  const auto rest = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(rest, 0, 1'000'000));
}

void Loop::work() {
  std::array<epoll_event, 64> events;
  while (!quit_) {
    const int count =
        epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout_ms());
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd != doorbell_.fd()) handle(event.data.fd, event.events);
    }
    if (doorbell_.take() || (count == 0 && !waiting_.empty())) retry_waiting();
  }
}

void Loop::handle(int fd, std::uint32_t events) {
  if (const auto listener = listeners_.find(fd); listener != listeners_.end())
    return accept_all(fd, listener->second.first);
  // A file may have been closed by an earlier event of the same batch.
  if (const auto file = files_.find(fd); file != files_.end())
    read_one(file->second, (events & (EPOLLHUP | EPOLLRDHUP | EPOLLERR)) != 0);
}

void Loop::accept_all(int fd, Kind kind) {
  while (true) {
    Descriptor socket{accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!socket) {
      // Out of descriptors: the program waits in its open until somebody closes one.
      if (errno == EMFILE || errno == ENFILE) usleep(1000);
      return;
    }
    if (kind == Kind::control) {
      send_descriptor(socket.get(), arena_.fd());
      continue;
    }
    try {
      File file;
      file.kind = kind;
      file.number = opens_ + 1;
      file.raw = std::make_unique<drm::raw::RawFile>(drm::open_simulated(device_));
      const int number = socket.get();
      watch(number);
      file.socket = std::move(socket);
      files_.emplace(number, std::move(file));
      ++opens_;
      count_files();
    } catch (const std::exception&) {
      continue;  // no memory: the program finds the connection closed
    }
  }
}

void Loop::read_one(File& file, bool hung_up) {
  const int fd = file.socket.get();
  // One message: a busy program must not keep the others waiting, and most have but one.
  auto received = receive(fd, buffer_);
  if (!received) {
    if (hung_up) close_file(fd);
  } else if (received->too_long || !obey(file, std::move(*received))) {
    close_file(fd);
  }
}

void Loop::count_files() {
  open_files_ = static_cast<std::size_t>(
      std::ranges::count_if(files_, [](const auto& entry) { return entry.second.raw != nullptr; }));
}

// A file that we close, and not the program, may hold messages, whose senders wait.
void Loop::refuse_unread(int fd) {
  shutdown(fd, SHUT_RDWR);  // whoever writes from now on is told so
  while (const auto received = receive(fd, buffer_))
    if (const auto message = parse(received->bytes)) arena_.answer(message->request, ENODEV, {});
}

void Loop::close_file(int fd) {
  const auto found = files_.find(fd);
  refuse_unread(fd);
  std::erase_if(waiting_, [&](const Waiting& waiting) {
    const bool ours = waiting.file == &found->second;
    if (ours) arena_.answer(waiting.message.request, ENODEV, {});
    return ours;
  });
  if (found->second.raw) closer_.close(std::move(found->second.raw));
  files_.erase(found);
  count_files();
}

// False for what no library of ours has sent.
bool Loop::obey(File& file, Received received) {
  auto message = parse(received.bytes);
  if (!message) return false;
  switch (message->request.kind) {
    case vc7::shim::Kind::cancel: cancel(file, message->request); return true;
    case vc7::shim::Kind::map: map(file, *message, received.descriptor); return true;
    case vc7::shim::Kind::ioctl: break;
    default: return false;
  }
  std::optional<Clock::time_point> deadline;
  if (attempt(file, *message, deadline, false, received.descriptor)) return true;
  Waiting waiting{&file, {received.bytes.begin(), received.bytes.end()}, {}, *deadline};
  waiting.message = *parse(waiting.bytes);
  waiting_.push_back(std::move(waiting));
  doorbell_.listen(true);
  retry_waiting();  // it may be done by now, and the bell has not rung
  return true;
}

bool Loop::attempt(File& file, const Message& message, std::optional<Clock::time_point>& deadline,
                   bool interrupted, const Descriptor& channel) {
  const auto& request = message.request;
  MessageCaller caller{message, deadline, interrupted};
  int error = 0;
  std::optional<int> injected;
  try {
    // Not for a call that is made anew, with the memory or the channel that it lacked.
    const bool first = message.regions.size() <= 1 && request.installed_as < 0 && !deadline;
    if (options_.intercept && first) {
      Call call{request.process, file.number, request.code, request.argument, {}};
      if (!message.regions.empty()) call.structure = message.regions.front().bytes;
      injected = options_.intercept(call, caller);
    }
    error = injected ? *injected : make_call(file, caller, request, channel);
  } catch (const Missing& missing) {
    arena_.ask_for(request, missing);
    return true;
  } catch (const NoChannel&) {
    arena_.ask_for(request, {0, need_channel});
    return true;
  } catch (const std::bad_alloc&) {
    error = ENOMEM;
  }
  if (error == ETIME && caller.has_to_wait()) {
    deadline = caller.deadline();
    return false;
  }
  const bool full = (error == ENOSPC || error == ENOMEM) && !injected;
  if (full && !interrupted && may_get_memory(deadline)) return false;
  finish(file, message, error, caller.writes());
  return true;
}

// What a program has closed before it asks is free for it on a real device; here the file may still
// be about to be closed.
bool Loop::may_get_memory(std::optional<Clock::time_point>& deadline) const {
  const auto now = Clock::now();
  if (!deadline) deadline = now + memory_patience;
  return now < *deadline;
}

void Loop::finish(File& file, const Message& message, int error,
                  std::span<const MessageCaller::Write> writes) {
  const auto& request = message.request;
  ++calls_;
  if (error != 0 && error != EINTR && error != ETIME) ++refused_;
  if (options_.observe) {
    Call call{request.process, file.number, request.code, request.argument, {}};
    if (!message.regions.empty()) call.structure = message.regions.front().bytes;
    for (const auto& write : writes)
      if (write.address == request.argument) call.structure = write.bytes;
    options_.observe(call, error);
  }
  arena_.answer(request, error, writes);
}

int Loop::make_call(File& file, MessageCaller& caller, const Request& request,
                    const Descriptor& channel) {
  if (file.kind == Kind::sync_file) return sync_file_ioctl(file.fence(), caller, request);
  if (exports_sync_file(caller, request)) return export_sync_file(file, caller, request, channel);
  return file.raw->ioctl(caller, request.code, request.argument);
}

int Loop::export_sync_file(File& file, MessageCaller& caller, const Request& request,
                           const Descriptor& channel) {
  auto args = read_export(caller, request);
  auto fence = drm::watch_fence(file.raw->node(), args.handle);
  if (!fence) return fence.error();
  if (!channel) throw NoChannel{};
  auto [ours, theirs] = named_pair((tree_.folder() / "sync").string(), ++sync_files_);
  if (!ours) return EMFILE;
  const int fd = ours.get();
  watch(fd);
  File made;
  made.socket = std::move(ours);
  made.kind = Kind::sync_file;
  made.number = file.number;
  made.fence = std::move(fence.value());
  files_.emplace(fd, std::move(made));
  if (!send_descriptor(channel.get(), theirs.get())) return EINVAL;
  args.fd = request.installed_as;
  caller.write(request.argument, &args, sizeof args);
  return 0;
}

// The memory of the buffer goes to the program before the answer: it is there when the program
// looks for it.
void Loop::map(File& file, const Message& message, const Descriptor& channel) {
  const auto& request = message.request;
  int error = EINVAL;
  if (!file.raw) return arena_.answer(request, ENODEV, {});
  const auto bo = file.raw->buffer_at(request.code);
  const Call call{request.process, file.number, 0, request.code, {}};
  MessageCaller caller{message, std::nullopt, false};
  const auto injected = options_.intercept ? options_.intercept(call, caller) : std::nullopt;
  if (injected) {
    error = *injected;
  } else if (bo) {
    // Checks the length as well.
    const auto mapping = file.raw->map(request.code, request.argument);
    const auto memory = drm::buffer_file(file.raw->node(), bo.value());
    error = mapping ? memory.error() : mapping.error();
    if (memory) {
      const Descriptor owned{memory.value()};
      if (error == 0 && !send_descriptor(channel.get(), owned.get())) error = EINVAL;
    }
  }
  ++calls_;
  if (error != 0) ++refused_;
  if (options_.observe) options_.observe(call, error);
  arena_.answer(request, error, {});
}

void Loop::cancel(File& file, const Request& request) {
  for (auto waiting = waiting_.begin(); waiting != waiting_.end(); ++waiting) {
    const auto& of = waiting->message.request;
    if (waiting->file != &file || of.slot != request.slot || of.sequence != request.sequence)
      continue;
    std::optional deadline{waiting->deadline};
    attempt(file, waiting->message, deadline, true, {});
    waiting_.erase(waiting);
    return;
  }
}

void Loop::retry_waiting() {
  std::erase_if(waiting_, [&](Waiting& waiting) {
    std::optional deadline{waiting.deadline};
    return attempt(*waiting.file, waiting.message, deadline, false, {});
  });
  if (waiting_.empty()) doorbell_.listen(false);
}

}  // namespace vc7::shim
