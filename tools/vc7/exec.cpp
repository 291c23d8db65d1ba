// SPDX-License-Identifier: MIT
//
// vc7 exec: runs a command that sees the device model as a V3D device (docs/exec.md).
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <vc7/base/error.hpp>
#include <vc7/shim/server.hpp>
#include <vc7/sim/topology.hpp>

#include "commands.hpp"
#include "exec.hpp"
#include "exec/injection.hpp"
#include "exec/keeper.hpp"
#include "exec/observer.hpp"
#include "exec/pacer.hpp"
#include "exec/program.hpp"

namespace vc7::tool {
namespace {

struct ExecOptions {
  std::string device = "7.1.10", kernel{drm::newest_kernel.name}, trace, capture, pace;
  std::vector<std::string> command, inject;
  unsigned timeout_ms = 0;
  bool summary = false, serve = false;
};

std::string preload_library() {
  namespace fs = std::filesystem;
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  for (const char* const place : {VC7_SHIM_LIBRARY_PLACES})
    if (std::error_code error; fs::exists(folder / place, error))
      return fs::canonical(folder / place).string();
  throw Error{"libvc7_shim.so is not installed beside " + folder.string()};
}

// Every open device file and every buffer is a descriptor of ours; the command shall not notice.
class ManyDescriptors {
 public:
  ManyDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit more = before_;
    more.rlim_cur = more.rlim_max;
    setrlimit(RLIMIT_NOFILE, &more);
  }
  void undo() const { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// --- Signals: what is meant for the command gets there, and we live on to clean up

std::atomic<pid_t> child = 0;

void forward(int signal) {
  if (child > 0) kill(child, signal);
}

void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

constexpr int forwarded[] = {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
constexpr int from_terminal[] = {SIGINT, SIGQUIT};  // the command gets these itself

// ---

/// The arguments of execv, with room for one in front.
std::vector<char*> exec_arguments(const std::vector<std::string>& command) {
  std::vector<char*> arguments{const_cast<char*>("sh")};
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  return arguments;
}

// Allocates nothing: the thread that held the allocator's lock at the fork does not exist here.
[[noreturn]] void become(const std::string& file, std::vector<char*>& arguments) {
  execv(file.c_str(), arguments.data() + 1);
  if (errno == ENOEXEC) {  // a script without #!: as shells do
    arguments[1] = const_cast<char*>(file.c_str());
    execv("/bin/sh", arguments.data());
  }
  std::fprintf(stderr, "vc7: exec: %s: %s\n", file.c_str(), std::strerror(errno));
  _exit(126);
}

void set_environment(const shim::Server& server, const std::string& library) {
  const char* const before = std::getenv("LD_PRELOAD");
  const std::string preload =
      before != nullptr && *before != '\0' ? library + ":" + before : library;
  setenv("LD_PRELOAD", preload.c_str(), 1);
  setenv("VC7_SHIM_SOCKET", server.socket_path().c_str(), 1);
}

int run_command(const shim::Server& server, const std::string& file,
                const std::vector<std::string>& command, const ManyDescriptors& limit) {
  const std::string library = preload_library();
  auto arguments = exec_arguments(command);
  set_environment(server, library);
  std::fflush(nullptr);
  for (const int signal : forwarded) set_handler(signal, forward);
  for (const int signal : from_terminal) set_handler(signal, SIG_IGN);
  const pid_t pid = fork();
  if (pid < 0) throw Error{std::string{"fork: "} + std::strerror(errno)};
  if (pid == 0) {
    for (const int signal : forwarded) set_handler(signal, SIG_DFL);
    for (const int signal : from_terminal) set_handler(signal, SIG_DFL);
    limit.undo();
    become(file, arguments);
  }
  child = pid;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) throw Error{std::string{"waitpid: "} + std::strerror(errno)};
  child = 0;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// "6.6, 6.12 and newest"
std::string kernel_names() {
  std::string text;
  for (const auto& flavour : drm::kernel_flavours) {
    const bool last = &flavour == &drm::kernel_flavours.back();
    text += fmt::format("{}{}", text.empty() ? "" : last ? " and " : ", ", flavour.name);
  }
  return text;
}

/// What options name.
struct Named {
  sim::Topology topology;
  drm::KernelFlavour kernel;
};

// Throws Error for names that are none.
Named look_up(const ExecOptions& options, Injection& injection, std::optional<Pacer>& pacer) {
  const auto topology = sim::find_topology(options.device);
  if (!topology)
    throw Error{fmt::format("--device is \"{}\", allowed are 7.1.7 and 7.1.10", options.device)};
  const auto kernel = drm::find_kernel_flavour(options.kernel);
  if (!kernel)
    throw Error{fmt::format("--kernel is \"{}\", allowed are {}", options.kernel, kernel_names())};
  for (const auto& rule : options.inject) injection.add(rule);
  if (!options.pace.empty()) pacer.emplace(options.pace);
  return {*topology, *kernel};
}

shim::ServerOptions server_options(const ExecOptions& options, const Named& named,
                                   Observer& observer, Injection& injection) {
  shim::ServerOptions server;
  server.device.machine = sim::options_from_environment();
  server.device.machine.topology = named.topology;
  server.device.kernel = named.kernel;
  server.device.job_timeout = std::chrono::milliseconds{options.timeout_ms};
  observer.attach(server);
  injection.attach(server);
  return server;
}

// For a library that was preloaded by hand: serves until the last program has closed the device.
int serve(shim::Server& server) {
  std::printf("%s\n", server.socket_path().c_str());
  std::fflush(stdout);
  // Whoever reads what the program prints must not wait for us.
  const int null = open("/dev/null", O_RDWR);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, fd);
  close(null);
  using namespace std::chrono_literals;
  // The program opens the device a moment after it has read the line, and may open it again.
  constexpr auto linger = 2s;
  for (auto idle = 0ms; idle < linger; idle += 100ms) {
    std::this_thread::sleep_for(100ms);
    if (server.open_files() != 0) idle = 0ms;
  }
  return fine;
}

int exec(const ExecOptions& options) {
  Injection injection;
  std::optional<Pacer> pacer;
  Named named{};
  try {
    named = look_up(options, injection, pacer);
  } catch (const Error& error) {
    fmt::print(stderr, "vc7: exec: {}\n", error.what());
    return usage_wrong;
  }
  const auto& command = options.command;
  std::string file;
  if (!options.serve) {
    if (command.empty()) {
      fmt::print(stderr, "vc7: exec: no command; try `vc7 exec -- python3 program.py`\n");
      return usage_wrong;
    }
    file = find_in_path(command.front());
    const auto refusal = check_program(command.front(), file);
    if (refusal.exit_code != 0) {
      fmt::print(stderr, "vc7: exec: {}\n", refusal.message);
      return refusal.exit_code;
    }
  } else if (daemon(1, 1) != 0) {
    throw Error{std::string{"daemon: "} + std::strerror(errno)};
  }
  const ManyDescriptors limit;
  Observer observer{options.trace, options.capture};
  auto for_server = server_options(options, named, observer, injection);
  if (pacer) pacer->attach(for_server);
  shim::Server server{std::move(for_server)};
  const Keeper keeper{server};
  const int status = options.serve ? serve(server) : run_command(server, file, command, limit);
  if (options.summary) observer.print_summary(server.counts());
  if (options.summary && pacer) pacer->print_summary();
  return status;
}

}  // namespace

int exec_captured(const std::vector<std::string>& command, const std::string& chip,
                  const std::string& folder) {
  ExecOptions options;
  options.device = chip;
  options.capture = folder;
  options.command = command;
  return exec(options);
}

void add_exec(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ExecOptions>();
  CLI::App* const command =
      app.add_subcommand("exec", "Runs a command that sees the device model as a V3D device");
  command->add_option("--device", options->device, "The chip: 7.1.7 or 7.1.10 (the default)");
  command->add_option("--kernel", options->kernel,
                      "What the kernel's interface is like: 6.6, 6.12 or newest (the default)");
  command->add_flag("--trace{-}", options->trace,
                    "Writes a line per call of the device to standard error, or to --trace=FILE");
  command->add_option("--capture", options->capture,
                      "Saves every job to a folder, as a job file for vc7 run");
  command
      ->add_option("--inject", options->inject,
                   "Makes calls fail: ioctl=SUBMIT_CSD,error=ENOMEM,nth=3 (or every=, after=); "
                   "job=2,reset; device-removed,after=10")
      ->allow_extra_args(false);
  command
      ->add_option(
          "--timeout", options->timeout_ms,
          "Stops a compute job if none of its batches ends for so long, as the kernel does "
          "after 500 ms; 0 (the default): never")
      ->type_name("MS");
  command->add_flag("--pace{1}", options->pace,
                    "Jobs last as long as the timing model says, times --pace=FACTOR (1), which "
                    "grows if the host is slower");
  command->add_flag("--summary", options->summary,
                    "Says at the end what went through the device, on standard error");
  command->add_flag("--serve", options->serve)->group("");
  command->footer("vc7 exec --summary -- python3 program.py\n"
                  "The exit code is the command's, or 128 + n if signal n ended it.");
  command->add_option("COMMAND", options->command, "The command and its arguments, behind --");
  command->callback([options, &exit_code] { exit_code = exec(*options); });
}

}  // namespace vc7::tool
