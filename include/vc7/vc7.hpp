// SPDX-License-Identifier: MIT
//
// What most users of vc7 need: the assembler (names of the instruction set in vc7::qpu) and the
// device.
#pragma once

#include <vc7/asm.hpp>
#include <vc7/base/error.hpp>
#include <vc7/device/device.hpp>
#include <vc7/device/performance_monitor.hpp>
