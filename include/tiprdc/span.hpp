/*! \file span.hpp
 * Memory of somebody else: std::span where there is one, and the part of it that is needed here where not.
 */
#ifndef TIPRDC_SPAN_HPP
#define TIPRDC_SPAN_HPP

#include "config.hpp"

#ifdef TIPRDC_STD_SPAN

#include <span>

namespace tiprdc {
inline namespace TIPRDC_FORM {

/** Memory of somebody else: a pointer and how many. */
template <class T> using span = std::span<T>;

} // namespace TIPRDC_FORM
} // namespace tiprdc

#else

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tiprdc {
inline namespace TIPRDC_FORM {

/** Memory of somebody else: a pointer and how many. It must outlive the span. */
template <class T> class span {
public:
    using element_type = T;
    using value_type = std::remove_cv_t<T>;
    using iterator = T *;

    /** Nothing. */
    constexpr span() noexcept = default;

    /** `size` values from `data` on. */
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}

    /** All of an array. */
    template <std::size_t N> constexpr span(T (&array)[N]) noexcept : data_(array), size_(N) {}

    /** All of a std::vector, std::array, std::string, another span: anything with `data()` and `size()`. A
     * container that is about to go is taken for reading only, as an argument of one call. */
    template <class Container,
              class Data = std::remove_pointer_t<decltype(std::declval<Container &>().data())>,
              class = decltype(std::declval<Container &>().size()),
              class = std::enable_if_t<std::is_convertible_v<Data (*)[], T (*)[]> &&
                                       (std::is_lvalue_reference_v<Container> || std::is_const_v<T>)>>
    constexpr span(Container &&container) noexcept : data_(container.data()), size_(container.size()) {}

    /** The first value. */
    constexpr T *data() const noexcept { return data_; }
    /** How many values. */
    constexpr std::size_t size() const noexcept { return size_; }
    /** Whether there are none. */
    constexpr bool empty() const noexcept { return size_ == 0; }
    /** The value at `index`, which is below size(). */
    constexpr T &operator[](std::size_t index) const noexcept { return data_[index]; }
    /** For loops. */
    constexpr T *begin() const noexcept { return data_; }
    /** For loops. */
    constexpr T *end() const noexcept { return data_ + size_; }
    /** `size` values from `offset` on, both within the span. */
    constexpr span subspan(std::size_t offset, std::size_t size) const noexcept {
        return span(data_ + offset, size);
    }

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace TIPRDC_FORM
} // namespace tiprdc

#endif
#endif
