// SPDX-License-Identifier: MIT
// What a user of an installed vc7 writes first: only public headers, only what the package brings
// along.
#include <vc7/vc7.hpp>

#include <cstdio>

int main() { std::puts("vc7: the installed headers compile and the libraries link"); }
