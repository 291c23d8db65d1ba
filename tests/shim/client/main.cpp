// SPDX-License-Identifier: MIT
//
// shim_client PROGRAM [COUNT]: one of the programs of client.hpp.
#include "client.hpp"

int main(int argc, char** argv) {
  struct Program {
    const char* name;
    void (*run)(int);
  };
  constexpr Program programs[] = {
      {"raw", client::raw},         {"libdrm", client::libdrm},       {"threads", client::threads},
      {"files", client::files},     {"signals", client::signals},     {"opens", client::opens},
      {"latency", client::latency}, {"garbage", client::garbage},     {"orphan", client::orphan},
      {"sharing", client::sharing}, {"registers", client::registers}, {"tile", client::tile},
      {"cpu", client::cpu_job}};
  for (const auto& program : programs)
    if (argc > 1 && std::strcmp(program.name, argv[1]) == 0) {
      program.run(argc > 2 ? std::atoi(argv[2]) : 1);
      std::puts("ok");
      return 0;
    }
  std::fputs("no such program\n", stderr);
  return 2;
}
