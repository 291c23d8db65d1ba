// SPDX-License-Identifier: MIT
#include "loop.hpp"

#include <linux/dma-buf.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
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
      buffer_(max_request + 4096),
      registers_{drm::registers(*device_)} {
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
  listen(Kind::memory, tree_.root() / "dev/mem");
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
      if (kind != Kind::memory) {
        file.number = opens_ + 1;
        file.raw = std::make_unique<drm::raw::RawFile>(drm::open_simulated(device_));
      }
      const int number = socket.get();
      watch(number);
      file.socket = std::move(socket);
      files_.emplace(number, std::move(file));
      if (kind != Kind::memory) ++opens_;
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
  open_files_ = static_cast<std::size_t>(std::ranges::count_if(files_, [](const auto& entry) {
    return entry.second.raw != nullptr || entry.second.object != nullptr;
  }));
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

class Loop::CallDescriptors final : public Descriptors {
 public:
  CallDescriptors(Loop& loop, const File& file, const Request& request, const Descriptor& sent)
      : loop_{loop}, file_{file}, request_{request}, sent_{sent} {}

  drm::Result<int> give(drm::Shared object) override {
    return loop_.give(file_, request_, sent_, std::move(object));
  }
  drm::Result<drm::Shared> take(int number) override {
    if (request_.descriptor == Asked::nothing) throw NoDescriptor{number};
    if (!sent_) return drm::Failure{EBADF, "take"};
    return loop_.take(sent_);
  }

 private:
  Loop& loop_;
  const File& file_;
  const Request& request_;
  const Descriptor& sent_;
};

bool Loop::attempt(File& file, const Message& message, std::optional<Clock::time_point>& deadline,
                   bool interrupted, const Descriptor& channel) {
  const auto& request = message.request;
  CallDescriptors descriptors{*this, file, request, channel};
  MessageCaller caller{message, deadline, interrupted, descriptors};
  int error = 0;
  std::optional<int> injected;
  try {
    // Not for a call that is made anew, with the memory or the channel that it lacked.
    const bool first = message.regions.size() <= 1 && request.installed_as < 0 &&
                       request.descriptor == Asked::nothing && !deadline;
    if (options_.intercept && first) {
      Call call{request.process, file.number, request.code, request.argument, {}};
      if (!message.regions.empty()) call.structure = message.regions.front().bytes;
      injected = options_.intercept(call, caller);
    }
    error = injected ? *injected : make_call(file, caller, request);
  } catch (const Missing& missing) {
    arena_.ask_for(request, missing);
    return true;
  } catch (const NoChannel&) {
    arena_.ask_for(request, {0, need_channel});
    return true;
  } catch (const NoDescriptor& wanted) {
    arena_.ask_for(request, {static_cast<std::uint64_t>(wanted.number), need_descriptor});
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
  finish(file, message, error, caller);
  return true;
}

// What a program has closed before it asks is free for it on a real device; here the file may still
// be about to be closed.
bool Loop::may_get_memory(std::optional<Clock::time_point>& deadline) const {
  const auto now = Clock::now();
  if (!deadline) deadline = now + memory_patience;
  return now < *deadline;
}

void Loop::finish(File& file, const Message& message, int error, const MessageCaller& caller) {
  const auto& request = message.request;
  ++calls_;
  if (error != 0 && error != EINTR && error != ETIME) ++refused_;
  if (options_.observe) {
    Call call{request.process, file.number, request.code, request.argument, {}};
    if (!message.regions.empty()) call.structure = message.regions.front().bytes;
    for (const auto& write : caller.writes())
      if (write.address == request.argument) call.structure = write.bytes;
    options_.observe(call, error);
  }
  arena_.answer(request, error, caller.writes(), caller.keep_on_exec());
}

int Loop::make_call(File& file, MessageCaller& caller, const Request& request) {
  if (file.kind != Kind::exported) {
    registers_.update();
    const int error = file.raw->ioctl(caller, request.code, request.argument);
    registers_.update();
    return error;
  }
  if (const auto fence = file.object->fence_status())
    return sync_file_ioctl(*fence, caller, request);
  // What programs call before and after they look at the memory of a buffer; there are no caches.
  return request.code == DMA_BUF_IOCTL_SYNC ? 0 : ENOTTY;
}

// A descriptor of an object is one end of a pair of sockets: the object lives as long as any
// process has it.
drm::Result<int> Loop::give(const File& file, const Request& request, const Descriptor& channel,
                            drm::Shared object) {
  if (!channel) throw NoChannel{};
  auto [ours, theirs] = named_pair((tree_.folder() / "sync").string(), ++exported_);
  struct stat status {};
  if (!ours || fstat(theirs.get(), &status) != 0) return drm::Failure{EMFILE, "give"};
  const int fd = ours.get();
  watch(fd);
  File made;
  made.socket = std::move(ours);
  made.kind = Kind::exported;
  made.number = file.number;
  made.object = std::move(object);
  made.inode = status.st_ino;
  files_.emplace(fd, std::move(made));
  count_files();
  if (!send_descriptor(channel.get(), theirs.get())) return drm::Failure{EINVAL, "give"};
  return request.installed_as;
}

// Known by its number in the kernel, which no program can choose.
drm::Result<drm::Shared> Loop::take(const Descriptor& descriptor) {
  struct stat status {};
  if (fstat(descriptor.get(), &status) != 0) return drm::Failure{EBADF, "take"};
  for (const auto& [fd, file] : files_)
    if (file.kind == Kind::exported && S_ISSOCK(status.st_mode) && file.inode == status.st_ino)
      return file.object;
  return drm::Shared{};
}

// The file with the bytes that a program wants to map.
drm::Result<Loop::Mapped> Loop::memory_of(File& file, const Request& request) {
  const auto owned = [](const drm::Result<int>& fd, std::uint64_t offset = 0) {
    if (!fd) return drm::Result<Mapped>{fd.failure()};
    return drm::Result<Mapped>{Mapped{Descriptor{fd.value()}, offset}};
  };
  if (file.kind == Kind::memory)
    return owned(registers_.file(request.code, request.argument),
                 request.code - RegisterWindow::base);
  if (file.kind == Kind::exported) {
    if (request.code != 0) return drm::Failure{EINVAL, "mmap"};
    return owned(file.object->file(request.argument));
  }
  const auto bo = file.raw->buffer_at(request.code);
  if (!bo) return bo.failure();
  // Checks the length as well.
  const auto mapping = file.raw->map(request.code, request.argument);
  if (!mapping) return mapping.failure();
  return owned(drm::buffer_file(file.raw->node(), bo.value()));
}

// The memory of the buffer goes to the program before the answer: it is there when the program
// looks for it.
void Loop::map(File& file, const Message& message, const Descriptor& channel) {
  const auto& request = message.request;
  const Call call{request.process, file.number, 0, request.code, {}};
  CallDescriptors none{*this, file, request, channel};
  MessageCaller caller{message, std::nullopt, false, none};
  const auto injected = options_.intercept ? options_.intercept(call, caller) : std::nullopt;
  const auto memory =
      injected ? drm::Result<Mapped>{drm::Failure{*injected, "mmap"}} : memory_of(file, request);
  int error = injected ? *injected : memory.error();
  if (memory && !send_descriptor(channel.get(), memory.value().file.get())) error = EINVAL;
  ++calls_;
  if (error != 0) ++refused_;
  if (options_.observe) options_.observe(call, error);
  arena_.answer(request, error, {}, false, memory ? memory.value().offset : 0);
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
