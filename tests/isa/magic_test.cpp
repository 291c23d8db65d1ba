// SPDX-License-Identifier: MIT
//
// The write addresses (v3d71 §6).
#include <vc7/isa/magic.hpp>

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace vc7::isa::testing {
namespace {

// v3d71 §6, by hand.
const std::map<unsigned, std::string> named{
    {5, "quad"},     {6, "-"},        {7, "tlb"},     {8, "tlbu"},      {9, "unifa"},
    {10, "tmul"},    {11, "tmud"},    {12, "tmua"},   {13, "tmuau"},    {14, "vpm"},
    {15, "vpmu"},    {16, "sync"},    {17, "syncu"},  {18, "syncb"},    {32, "tmuc"},
    {33, "tmus"},    {34, "tmut"},    {35, "tmur"},   {36, "tmui"},     {37, "tmub"},
    {38, "tmudref"}, {39, "tmuoff"},  {40, "tmuscm"}, {41, "tmusf"},    {42, "tmuslod"},
    {43, "tmuhs"},   {44, "tmuhscm"}, {45, "tmuhsf"}, {46, "tmuhslod"}, {55, "rep"}};

std::string reserved_name(unsigned address) {
  const char* sfu[] = {"recip", "rsqrt", "exp", "log", "sin", "rsqrt2"};
  if (address < 5) return "r" + std::to_string(address);
  if (address >= 19 && address <= 24) return sfu[address - 19];
  return "magic" + std::to_string(address);
}

TEST(IsaMagic, NamesAndReservedAddresses) {
  unsigned reserved = 0;
  for (unsigned a = 0; a < 64; ++a) {
    const auto row = named.find(a);
    EXPECT_EQ(magic_table[a].name, row == named.end() ? reserved_name(a) : row->second) << a;
    EXPECT_EQ(magic_table[a].group == MagicGroup::reserved, row == named.end()) << a;
    reserved += row == named.end() ? 1 : 0;
  }
  EXPECT_EQ(reserved, 5u + 13u + 8u + 8u);  // 0-4, 19-31, 47-54, 56-63
}

TEST(IsaMagic, NoNameTwice) {
  std::set<std::string_view> names;
  for (const auto& row : magic_table) EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

TEST(IsaMagic, UniformConsumers) {
  std::set<std::string_view> consumers;
  for (const auto& row : magic_table)
    if (row.consumes_uniform) consumers.insert(row.name);
  EXPECT_EQ(consumers, (std::set<std::string_view>{"tmuau", "tlbu", "vpmu", "syncu"}));
}

TEST(IsaMagic, WriteAddresses) {
  EXPECT_EQ(WriteAddress{}, write_address(Magic::null));
  EXPECT_TRUE(write_address(Magic::rep).is(Magic::rep));
  EXPECT_FALSE((WriteAddress{55, false}).is(Magic::rep));
  EXPECT_EQ(write_address(Magic::tmudref).address, 38);
}

}  // namespace
}  // namespace vc7::isa::testing
