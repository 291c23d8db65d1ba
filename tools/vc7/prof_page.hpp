// SPDX-License-Identifier: MIT
#pragma once

namespace vc7::tool {

/// The files of prof_page/, as the build has put them into the program.
extern const char* const prof_page_html;
extern const char* const prof_page_css;
extern const char* const prof_page_js;

}  // namespace vc7::tool
