/*! \file features.hpp
 * What leaves the device.
 */
#ifndef TIPRDC_FEATURES_HPP
#define TIPRDC_FEATURES_HPP

#include "../tiprdc.h"
#include "config.hpp"
#include "error.hpp"
#include "handle.hpp"
#include "span.hpp"
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace tiprdc {
inline namespace TIPRDC_FORM {

/** Features of one or more records: what leaves the device. They are personal data still.
 *
 *  What is read from them is theirs, and stays until they go; of features that were moved from, all of it is
 * empty. Threads: any number may read one object at once. */
class Features {
public:
    /** Owns features of the C face. */
    explicit Features(tiprdc_features_t *features) noexcept : handle_(features) {}

#ifndef TIPRDC_NO_EXCEPTIONS
    /** Reads a features file: safetensors with a tensor `features`. Throws Error: FeaturesMalformed. */
    static Features from_bytes(span<const std::uint8_t> bytes) {
        return try_from_bytes(bytes).value();
    }
#endif

    /** Reads a features file: safetensors with a tensor `features`. Error: FeaturesMalformed. */
    static Result<Features> try_from_bytes(span<const std::uint8_t> bytes) {
        tiprdc_features_t *features = nullptr;
        const auto status = tiprdc_features_from_bytes(bytes.data(), bytes.size(), &features);
        if (status != TIPRDC_OK) {
            return detail::last_error(status);
        }
        return Features(features);
    }

    /** The features file: safetensors with one tensor `features`, a row per record, and the encoder's digest
     * and release as metadata. */
    span<const std::uint8_t> to_bytes() const noexcept {
        return detail::values<std::uint8_t>(get(), tiprdc_features_to_bytes);
    }

    /** The numbers, row-major. */
    span<const float> data() const noexcept {
        return detail::values<float>(get(), tiprdc_features_data);
    }
    /** `[records, ...]`. */
    span<const std::size_t> shape() const noexcept {
        return detail::values<std::size_t>(get(), tiprdc_features_shape);
    }
    /** Number of records. */
    std::size_t rows() const noexcept {
        return detail::read<std::size_t>(get(), tiprdc_features_rows, std::size_t{0});
    }
    /** The numbers of the record at `index`, which is below rows(). */
    span<const float> row(std::size_t index) const noexcept {
        const auto all = data();
        const std::size_t width = all.size() / rows();
        return all.subspan(index * width, width);
    }
    /** SHA-256 of the encoder's file in hexadecimal, or empty if no encoder made them. */
    std::string_view encoder() const noexcept {
        return detail::text(get(), tiprdc_features_encoder);
    }
    /** `exact`, `gaussian`, `laplace` or `substitute`, or empty if no encoder made them. */
    std::string_view release() const noexcept {
        return detail::text(get(), tiprdc_features_release);
    }
    /** Element type that the numbers are rounded to: `f32`, `f16` or `int8`. */
    std::string_view dtype() const noexcept {
        return detail::text(get(), tiprdc_features_dtype);
    }
    /** Whether these are indices of substitutes: features of a substitute release. */
    bool has_indices() const noexcept {
        return !table().empty();
    }
    /** The index of each record's substitute; none if these are no features of a substitute release. */
    span<const std::uint32_t> indices() const noexcept {
        return detail::values<std::uint32_t>(get(), tiprdc_features_indices);
    }
    /** SHA-256 of the table that the indices are resolved with, in hexadecimal; empty if there are no
     * indices. */
    std::string_view table() const noexcept {
        return detail::text(get(), tiprdc_features_table);
    }

    /** What tiprdc.h takes; NULL if these were moved from. */
    const tiprdc_features_t *get() const noexcept {
        return handle_.get();
    }

private:
    detail::Handle<tiprdc_features_t, tiprdc_features_free> handle_;
};

} // namespace TIPRDC_FORM
} // namespace tiprdc

#endif
