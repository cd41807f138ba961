/*! \file encoder.hpp
 * The encoder: one file, one object.
 */
#ifndef TIPRDC_ENCODER_HPP
#define TIPRDC_ENCODER_HPP

#include "../tiprdc.h"
#include "config.hpp"
#include "error.hpp"
#include "features.hpp"
#include "handle.hpp"
#include "input.hpp"
#include "span.hpp"
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tiprdc {
inline namespace TIPRDC_FORM {

/** How an encoder is loaded; what is not set stays at its default. */
struct Options {
    /** Largest file to load, in bytes; 256 MiB unless set. */
    std::optional<std::uint64_t> max_bytes = std::nullopt;
    /** Threads that a batch uses; 0, the default, is one per core. */
    std::optional<std::size_t> threads = std::nullopt;
    /** A secret of the device that makes the draw of a random release depend on the input and the secret
     * alone; see `tiprdc_options_set_memo`. */
    std::optional<std::array<std::uint8_t, 32>> memo = std::nullopt;
    /** The most multiplications that a network may need for one record; see `tiprdc_options_set_max_work`. */
    std::optional<std::uint64_t> max_work = std::nullopt;
};

namespace detail {

using OptionsHandle = Handle<tiprdc_options_t, tiprdc_options_free>;

/** Options as tiprdc.h takes them. */
inline Result<OptionsHandle> options_of(const Options &options) {
    tiprdc_options_t *raw = nullptr;
    tiprdc_status_t status = tiprdc_options_new(&raw);
    OptionsHandle handle(raw);
    if (status == TIPRDC_OK && options.max_bytes) {
        status = tiprdc_options_set_max_bytes(raw, *options.max_bytes);
    }
    if (status == TIPRDC_OK && options.max_work) {
        status = tiprdc_options_set_max_work(raw, *options.max_work);
    }
    if (status == TIPRDC_OK && options.threads) {
        status = tiprdc_options_set_threads(raw, *options.threads);
    }
    if (status == TIPRDC_OK && options.memo) {
        status = tiprdc_options_set_memo(raw, options.memo->data(), options.memo->size());
    }
    if (status != TIPRDC_OK) {
        return last_error(status);
    }
    return handle;
}

} // namespace detail

/** A loaded encoder: raw input in, features out.
 *
 *  What is read from an encoder is the encoder's, and stays until it goes; of an encoder that was moved from,
 * all of it is empty, and encoding fails with ErrorKind::Argument. Threads: any number may use one encoder at
 * once. */
class Encoder {
public:
    /** Owns an encoder of the C face. */
    explicit Encoder(tiprdc_encoder_t *encoder) noexcept : handle_(encoder) {}

#ifndef TIPRDC_NO_EXCEPTIONS
    /** Opens an encoder from a file; `path` is UTF-8. Throws Error: FileUnreadable, ModelTooLarge,
     * ModelMalformed, OperatorNotAllowed, and those of the manifest. */
    static Encoder open(const std::string &path, const Options &options = {}) {
        return try_open(path, options).value();
    }
    /** Opens an encoder from memory, which may go at once. Throws Error, as `open`. */
    static Encoder from_bytes(span<const std::uint8_t> bytes, const Options &options = {}) {
        return try_from_bytes(bytes, options).value();
    }
    /** Encodes one record: shape `[1, output_shape...]`. Throws Error: kinds from 200 to 299;
     * FeaturesNotFinite of an exact release, RandomnessUnavailable of a random one. */
    Features encode(const Input &input) const {
        return try_encode(input).value();
    }
    /** Encodes many records in parallel, one row each; `threads` 0 is what the options say. Throws Error, as
     * for one record, and names the first record that failed. */
    Features encode(span<const Input> inputs, std::size_t threads = 0) const {
        return try_encode(inputs, threads).value();
    }
    /** Encodes one record into `out`, which has room for exactly `output_length()` numbers and is written on
     * success only. Throws Error, as `encode`, and OutputSize. */
    void encode_into(const Input &input, span<float> out) const {
        static_cast<void>(try_encode_into(input, out).value());
    }
    /** Encodes many records in parallel into `out`, which has room for exactly that many times
     * `output_length()` numbers and is written on success only. Throws Error, as `encode`, and OutputSize. */
    void encode_into(span<const Input> inputs, span<float> out, std::size_t threads = 0) const {
        static_cast<void>(try_encode_into(inputs, out, threads).value());
    }
    /** Encodes `rows` windows of a series that lie one behind the other, row-major `[rows, channels, steps]`.
     * Else as `encode_into`. */
    void encode_series_into(span<const float> numbers, std::size_t rows, std::size_t channels,
                            std::size_t steps, span<float> out, std::size_t threads = 0) const {
        static_cast<void>(try_encode_series_into(numbers, rows, channels, steps, out, threads).value());
    }
    /** Encodes `rows` tensors that lie one behind the other, row-major `[rows, axes...]`. Else as
     * `encode_into`. */
    void encode_tensors_into(span<const float> numbers, std::size_t rows, span<const std::size_t> axes,
                             span<float> out, std::size_t threads = 0) const {
        static_cast<void>(try_encode_tensors_into(numbers, rows, axes, out, threads).value());
    }
    /** Cuts timestamped events of one sensor or several into windows that this encoder takes, at its rate,
     * row-major
     * `[windows, channels, steps]`; see tiprdc_windows. Throws Error: InputKind, InputShape (also for gaps),
     * InputNotFinite, Argument. */
    std::vector<float> windows(span<const SensorEvents> sensors, std::size_t stride) const {
        return try_windows(sensors, stride).value();
    }
#endif

    /** `open` without exceptions. */
    static Result<Encoder> try_open(const std::string &path, const Options &options = {}) {
        auto raw = detail::options_of(options);
        if (!raw) {
            return raw.error();
        }
        tiprdc_encoder_t *encoder = nullptr;
        const auto status = tiprdc_encoder_open_with(path.c_str(), raw->get(), &encoder);
        return made(status, encoder);
    }

    /** `from_bytes` without exceptions. */
    static Result<Encoder> try_from_bytes(span<const std::uint8_t> bytes, const Options &options = {}) {
        auto raw = detail::options_of(options);
        if (!raw) {
            return raw.error();
        }
        tiprdc_encoder_t *encoder = nullptr;
        const auto status = tiprdc_encoder_from_bytes(bytes.data(), bytes.size(), raw->get(), &encoder);
        return made(status, encoder);
    }

    /** `encode` without exceptions. */
    Result<Features> try_encode(const Input &input) const {
        return try_encode(span<const Input>(&input, 1), 1);
    }

    /** `encode` without exceptions. */
    Result<Features> try_encode(span<const Input> inputs, std::size_t threads = 0) const {
        tiprdc_features_t *features = nullptr;
        const auto status =
            tiprdc_encode_features(get(), detail::raw(inputs), inputs.size(), threads, &features);
        if (status != TIPRDC_OK) {
            return detail::last_error(status);
        }
        return Features(features);
    }

    /** `encode_into` without exceptions. */
    Result<Done> try_encode_into(const Input &input, span<float> out) const {
        return try_encode_into(span<const Input>(&input, 1), out, 1);
    }

    /** `encode_into` without exceptions. */
    Result<Done> try_encode_into(span<const Input> inputs, span<float> out, std::size_t threads = 0) const {
        return detail::done(
            tiprdc_encode_batch(get(), detail::raw(inputs), inputs.size(), threads, out.data(), out.size()));
    }

    /** `encode_series_into` without exceptions. */
    Result<Done> try_encode_series_into(span<const float> numbers, std::size_t rows, std::size_t channels,
                                        std::size_t steps, span<float> out, std::size_t threads = 0) const {
        return detail::done(tiprdc_encode_series_batch(get(), numbers.data(), numbers.size(), rows, channels,
                                                       steps, threads, out.data(), out.size()));
    }

    /** `encode_tensors_into` without exceptions. */
    Result<Done> try_encode_tensors_into(span<const float> numbers, std::size_t rows,
                                         span<const std::size_t> axes, span<float> out,
                                         std::size_t threads = 0) const {
        return detail::done(tiprdc_encode_tensor_batch(get(), numbers.data(), numbers.size(), rows,
                                                       axes.data(), axes.size(), threads, out.data(),
                                                       out.size()));
    }

    /** `windows` without exceptions. */
    Result<std::vector<float>> try_windows(span<const SensorEvents> sensors, std::size_t stride) const {
        std::size_t count = 0;
        const auto counted =
            tiprdc_windows_count(get(), detail::raw(sensors), sensors.size(), stride, &count);
        if (counted != TIPRDC_OK) {
            return detail::last_error(counted);
        }
        const auto axes = input_shape();
        std::vector<float> windows(axes.size() == 2 ? count * axes[0] * axes[1] : 0);
        const auto status = tiprdc_windows(get(), detail::raw(sensors), sensors.size(), stride,
                                           windows.data(), windows.size());
        if (status != TIPRDC_OK) {
            return detail::last_error(status);
        }
        return windows;
    }

    /** Name of the encoder, for people. */
    std::string_view name() const noexcept {
        return detail::text(get(), tiprdc_encoder_name);
    }
    /** Version of the encoder, chosen by the collector. */
    std::string_view version() const noexcept {
        return detail::text(get(), tiprdc_encoder_version);
    }
    /** SHA-256 of the encoder's file, in hexadecimal; features carry it. */
    std::string_view digest() const noexcept {
        return detail::text(get(), tiprdc_encoder_digest);
    }
    /** What it takes: `image`, `series`, `record` or `tensor`. */
    std::string_view input_kind() const noexcept {
        return detail::text(get(), tiprdc_encoder_input_kind);
    }
    /** What happens to features before they leave: `exact`, `gaussian`, `laplace` or `substitute`. */
    std::string_view release() const noexcept {
        return detail::text(get(), tiprdc_encoder_release);
    }
    /** Element type that features are rounded to: `f32`, `f16` or `int8`. */
    std::string_view dtype() const noexcept {
        return detail::text(get(), tiprdc_encoder_dtype);
    }
    /** The whole manifest, as JSON. */
    std::string_view manifest() const noexcept {
        return detail::text(get(), tiprdc_encoder_manifest);
    }

    /** Shape of the network's input for one record, without the batch axis. */
    span<const std::size_t> input_shape() const noexcept {
        return detail::values<std::size_t>(get(), tiprdc_encoder_input_shape);
    }
    /** Shape of the features of one record, without the batch axis; `[1]` for a substitute release: an index.
     */
    span<const std::size_t> output_shape() const noexcept {
        return detail::values<std::size_t>(get(), tiprdc_encoder_output_shape);
    }
    /** How many numbers the features of one record have. */
    std::size_t output_length() const noexcept {
        return detail::read<std::size_t>(get(), tiprdc_encoder_output_length, std::size_t{0});
    }

    /** Local differential privacy of one draw, in nats; nothing where there is no bound. */
    std::optional<double> epsilon() const noexcept {
        return stated(tiprdc_encoder_epsilon);
    }
    /** The probability that may escape the bound of one draw; nothing where there is none. */
    std::optional<double> delta() const noexcept {
        return stated(tiprdc_encoder_delta);
    }

    /** Private attributes that the training hid. */
    std::vector<std::string_view> private_attributes() const {
        const auto count = detail::read<std::size_t>(get(), tiprdc_encoder_private_count, std::size_t{0});
        std::vector<std::string_view> attributes;
        attributes.reserve(count);
        for (std::size_t index = 0; index < count; ++index) {
            const char *text = nullptr;
            tiprdc_encoder_private_attribute(get(), index, &text);
            attributes.push_back(detail::text_or_nothing(text));
        }
        return attributes;
    }

    /** What tiprdc.h takes; NULL if it was moved from. */
    const tiprdc_encoder_t *get() const noexcept {
        return handle_.get();
    }

private:
    static Result<Encoder> made(tiprdc_status_t status, tiprdc_encoder_t *encoder) {
        if (status != TIPRDC_OK) {
            return detail::last_error(status);
        }
        return Encoder(encoder);
    }

    std::optional<double> stated(tiprdc_status_t (*reader)(const tiprdc_encoder_t *, bool *,
                                                           double *)) const noexcept {
        bool stated = false;
        double value = 0;
        if (reader(get(), &stated, &value) != TIPRDC_OK || !stated) {
            return std::nullopt;
        }
        return value;
    }

    detail::Handle<tiprdc_encoder_t, tiprdc_encoder_free> handle_;
};

} // namespace TIPRDC_FORM
} // namespace tiprdc

#endif
