// SPDX-License-Identifier: MIT
//
// Nothing can be preloaded into this program.
int main() { return 0; }
