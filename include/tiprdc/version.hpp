/*! \file version.hpp
 * Which library is loaded.
 */
#ifndef TIPRDC_VERSION_HPP
#define TIPRDC_VERSION_HPP

#include "../tiprdc.h"
#include "config.hpp"
#include <string_view>

namespace tiprdc {
inline namespace TIPRDC_FORM {

/** Version of the loaded library, such as `0.1.0`. Lives as long as the library. */
inline std::string_view version() noexcept {
    return tiprdc_version();
}

/** Whether the loaded library has the interface that this header describes. */
inline bool matches_library() noexcept {
    return tiprdc_abi_version() == TIPRDC_ABI_VERSION;
}

} // namespace TIPRDC_FORM
} // namespace tiprdc

#endif
