/*! \file handle.hpp
 * How the C++ face owns what the C face gives.
 */
#ifndef TIPRDC_HANDLE_HPP
#define TIPRDC_HANDLE_HPP

#include "../tiprdc.h"
#include "config.hpp"
#include "error.hpp"
#include "span.hpp"
#include <cstddef>
#include <memory>
#include <string_view>

namespace tiprdc {
inline namespace TIPRDC_FORM {
namespace detail {

/** Closes an object by the C function for it. */
template <class T, void (*Free)(T *)> struct Closer {
    void operator()(T *object) const noexcept { Free(object); }
};

/** Owns an object of the C face: moves, does not copy, closes. */
template <class T, void (*Free)(T *)> using Handle = std::unique_ptr<T, Closer<T, Free>>;

/** What a reader of the C face gives, or `otherwise` for an object that was moved from. */
template <class Value, class T>
Value read(const T *object, tiprdc_status_t (*reader)(const T *, Value *), Value otherwise) noexcept {
    Value value = otherwise;
    return reader(object, &value) == TIPRDC_OK ? value : otherwise;
}

/** A text, empty for an object that was moved from, or where there is none. */
template <class T>
std::string_view text(const T *object, tiprdc_status_t (*reader)(const T *, const char **)) noexcept {
    return text_or_nothing(read<const char *>(object, reader, nullptr));
}

/** Many values, none for an object that was moved from. */
template <class Value, class T>
span<const Value> values(const T *object,
                         tiprdc_status_t (*reader)(const T *, const Value **, std::size_t *)) noexcept {
    const Value *data = nullptr;
    std::size_t size = 0;
    if (reader(object, &data, &size) != TIPRDC_OK) {
        return span<const Value>();
    }
    return span<const Value>(data, size);
}

} // namespace detail
} // namespace TIPRDC_FORM
} // namespace tiprdc

#endif
