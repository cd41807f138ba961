/*! \file input.hpp
 * Raw input, as a program has it.
 */
#ifndef TIPRDC_INPUT_HPP
#define TIPRDC_INPUT_HPP

#include "../tiprdc.h"
#include "config.hpp"
#include "span.hpp"
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace tiprdc {
inline namespace TIPRDC_FORM {

/** How the bytes of an image are to be read. */
enum class ImageFormat : std::int32_t {
    /** 3 bytes a pixel: red, green, blue. */
    Rgb8 = TIPRDC_IMAGE_RGB8,
    /** 4 bytes a pixel: red, green, blue, alpha. Alpha is ignored. */
    Rgba8 = TIPRDC_IMAGE_RGBA8,
    /** 4 bytes a pixel: blue, green, red, alpha. Alpha is ignored. */
    Bgra8 = TIPRDC_IMAGE_BGRA8,
    /** 1 byte a pixel: luma. */
    Gray8 = TIPRDC_IMAGE_GRAY8,
};

/** One named field of a record. Its texts are the caller's, end with a NUL, and must outlive the use of the
 * field. */
class Field {
public:
    /** A number. */
    static Field number(const char *name, float number) noexcept {
        return Field({name, nullptr, number, TIPRDC_FIELD_NUMBER});
    }
    /** A category, as UTF-8. */
    static Field text(const char *name, const char *text) noexcept {
        return Field({name, text, 0.0F, TIPRDC_FIELD_TEXT});
    }
    /** True or false: the category of that name, or 1 and 0 where the encoder takes a number. */
    static Field boolean(const char *name, bool value) noexcept {
        return Field({name, nullptr, value ? 1.0F : 0.0F, TIPRDC_FIELD_BOOLEAN});
    }
    /** Not known. */
    static Field missing(const char *name) noexcept {
        return Field({name, nullptr, 0.0F, TIPRDC_FIELD_MISSING});
    }

    /** What tiprdc.h takes. */
    const tiprdc_field_t *get() const noexcept { return &raw_; }

private:
    explicit Field(tiprdc_field_t raw) noexcept : raw_(raw) {}

    tiprdc_field_t raw_;
};

/** One record: an image, a window of a series, a record of fields, or a ready tensor. It borrows the caller's
 * memory, which must outlive its use; nothing is copied until an encoder preprocesses it. Whether it is what
 * an encoder takes is checked when it encodes. */
class Input {
public:
    /** A window of a series: row-major `[channels, steps]`, all steps of the first channel first. */
    static Input series(span<const float> numbers, std::size_t channels, std::size_t steps) noexcept {
        return Input(tiprdc_input_series(numbers.data(), numbers.size(), channels, steps));
    }
    /** A tensor that the caller preprocessed, row-major, with the axes of one record. */
    static Input tensor(span<const float> numbers, span<const std::size_t> axes) noexcept {
        return Input(tiprdc_input_tensor(numbers.data(), numbers.size(), axes.data(), axes.size()));
    }
    /** An image: rows from the top, no padding between rows; width and height in pixels. */
    static Input image(span<const std::uint8_t> pixels, ImageFormat format, std::uint32_t width,
                       std::uint32_t height) noexcept {
        return Input(tiprdc_input_image(pixels.data(), pixels.size(), static_cast<std::int32_t>(format),
                                        width, height));
    }
    /** A record of named fields, in any order. */
    static Input record(span<const Field> fields) noexcept {
        static_assert(std::is_standard_layout_v<Field> && sizeof(Field) == sizeof(tiprdc_field_t));
        return Input(
            tiprdc_input_record(reinterpret_cast<const tiprdc_field_t *>(fields.data()), fields.size()));
    }

    /** What tiprdc.h takes. */
    const tiprdc_input_t *get() const noexcept { return &raw_; }

private:
    explicit Input(tiprdc_input_t raw) noexcept : raw_(raw) {}

    tiprdc_input_t raw_;
};

/** Events of one sensor with several axes: when each came, and what it said. It borrows the caller's memory.
 */
class SensorEvents {
public:
    /** Times in seconds, rising, on one clock for all sensors; values row-major `[events, axes]`. Every value
     * is multiplied by `factor`: another unit, another sign. That there are as many values as `axes` asks for
     * is checked when windows are cut. */
    static SensorEvents of(span<const double> seconds, span<const float> values, std::size_t axes,
                           double factor = 1.0) noexcept {
        const bool fits = axes > 0 && values.size() / axes == seconds.size() && values.size() % axes == 0;
        // With no axes the library refuses them, and reads none of the values.
        return SensorEvents(
            tiprdc_sensor_events(seconds.data(), values.data(), seconds.size(), fits ? axes : 0, factor));
    }

    /** What tiprdc.h takes. */
    const tiprdc_events_t *get() const noexcept { return &raw_; }

private:
    explicit SensorEvents(tiprdc_events_t raw) noexcept : raw_(raw) {}

    tiprdc_events_t raw_;
};

namespace detail {
/** Sensors as tiprdc.h takes them: an array of structs of the same layout. */
inline const tiprdc_events_t *raw(span<const SensorEvents> sensors) noexcept {
    static_assert(std::is_standard_layout_v<SensorEvents> && sizeof(SensorEvents) == sizeof(tiprdc_events_t));
    return reinterpret_cast<const tiprdc_events_t *>(sensors.data());
}
/** Inputs as tiprdc.h takes them: an array of structs of the same layout. */
inline const tiprdc_input_t *raw(span<const Input> inputs) noexcept {
    static_assert(std::is_standard_layout_v<Input> && sizeof(Input) == sizeof(tiprdc_input_t));
    return reinterpret_cast<const tiprdc_input_t *>(inputs.data());
}
} // namespace detail

} // namespace TIPRDC_FORM
} // namespace tiprdc

#endif
