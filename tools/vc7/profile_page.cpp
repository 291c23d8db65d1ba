// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "prof_page.hpp"
#include "profile.hpp"

namespace vc7::tool {

using namespace sim::timing;
using Json = nlohmann::ordered_json;

namespace {

void replace(std::string& text, std::string_view mark, std::string_view by) {
  text.replace(text.find(mark), mark.size(), by);
}

/// Two strings in braces would be taken for a member of an object.
Json row(std::string_view name, std::string value) { return Json::array({name, std::move(value)}); }

Json cache_row(const char* name, const CacheUse& use) {
  const std::uint64_t all = use.hits + use.misses;
  const double found =
      all == 0 ? 0 : 100 * static_cast<double>(use.hits) / static_cast<double>(all);
  return row(name, fmt::format("{} looked up, {:.1f} % found", all, found));
}

Json memory_rows(const Report& r) {
  const auto count = [](const char* name, std::uint64_t n) {
    return row(name, fmt::format("{}", n));
  };
  return Json::array(
      {count("TMU loads", r.tmu_loads), count("TMU stores", r.tmu_stores),
       count("TMU atomics", r.tmu_atomics), count("bytes loaded by lanes", r.tmu_bytes_loaded),
       count("bytes stored by lanes", r.tmu_bytes_stored), cache_row("cache of the TMUs", r.l1),
       cache_row("L2T cache", r.l2), cache_row("uniform cache", r.uniform_cache),
       cache_row("instruction cache", r.instruction_cache),
       count("bytes read from memory", r.dram_bytes_read),
       count("bytes written to memory", r.dram_bytes_written)});
}

}  // namespace

Json Profile::timeline() const {
  const Timeline& timeline = report_.timeline;
  Json kinds{"issue"}, names{"issue"}, spans = Json::array(), buckets = Json::array();
  for (const StallInfo& stall : stalls) {
    kinds.push_back(stall.id);
    names.push_back(stall.name);
  }
  for (const Timeline::Qpu& qpu : timeline.qpus) {
    Json& list = spans.emplace_back(Json::array());
    for (const Timeline::Span& span : qpu.first)
      list.push_back({span.kind, span.thread, span.cycles});
    buckets.push_back(qpu.buckets);
  }
  return {{"kinds", kinds},
          {"names", names},
          {"bucket_cycles", timeline.bucket_cycles},
          {"buckets", buckets},
          {"spans", spans}};
}

std::string Profile::page(const std::string& name) const {
  const Rates r = rates();
  Json data = values();
  data["job"] = name;
  data["times"] = "modelled";
  data["explanation"] =
      "All times are modelled by vc7 on a computer without this GPU; none is measured.";
  data["threads_per_qpu"] = report_.threads_per_qpu;
  data["figures"] = figures();
  data["findings"] = findings();
  data["slot_rows"] = Json::array();
  for (const Slot& slot : slot_list())
    data["slot_rows"].push_back(
        {{"id", slot.id}, {"name", slot.name}, {"text", slot.text}, {"cycles", slot.cycles}});
  data["roofline"] = {{"peak_gflops", r.peak_gflops},
                      {"memory_gbytes", r.most_gbytes},
                      {"gflops", r.gflops},
                      {"gbytes", r.gbytes}};
  data["memory_rows"] = memory_rows(report_);
  data["timeline"] = timeline();
  std::string text = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  // In a script element only this character can end it.
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;)
    text.replace(at, 1, "\\u003c");
  std::string page = prof_page_html;
  replace(page, "@PAGE_CSS@", prof_page_css);
  replace(page, "@PAGE_JS@", prof_page_js);
  replace(page, "@DATA@", text);
  return page;
}

Json Profile::figures() const {
  const Rates r = rates();
  const auto share = [](double part, double all) {
    return fmt::format("{:.0f} %", 100 * part / all);
  };
  Json list = Json::array();
  list.push_back(row(time_text(report_.execution_seconds()), "execution, modelled"));
  list.push_back(row(time_text(report_.seconds()), report_.cold ? "with submission, GPU idle before"
                                                                : "with submission, modelled"));
  if (r.gflops != 0)
    list.push_back(row(fmt::format("{:.2f} Gflop/s", r.gflops),
                       fmt::format("{} of {:.1f}", share(r.gflops, r.peak_gflops), r.peak_gflops)));
  list.push_back(
      row(fmt::format("{:.2f} GB/s", r.gbytes),
          fmt::format("{} of the memory's {:.1f}", share(r.gbytes, r.most_gbytes), r.most_gbytes)));
  list.push_back(row(fmt::format("{}", report_.instructions),
                     fmt::format("instructions in {} batches", report_.batches)));
  return list;
}

}  // namespace vc7::tool
