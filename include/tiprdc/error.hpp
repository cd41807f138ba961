/*! \file error.hpp
 * What went wrong: kinds with stable numbers, an exception, and a result for those who want none.
 */
#ifndef TIPRDC_ERROR_HPP
#define TIPRDC_ERROR_HPP

#include "../tiprdc.h"
#include "config.hpp"
#include <array>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tiprdc {

/* The same in every form, and so outside of the inline namespace: one type to catch, by its plain name. */

/** What went wrong, for code that wants to react; numbers and names are those of every language. */
enum class ErrorKind : std::int32_t {
    FileUnreadable = TIPRDC_ERROR_FILE_UNREADABLE,
    ModelTooLarge = TIPRDC_ERROR_MODEL_TOO_LARGE,
    ModelMalformed = TIPRDC_ERROR_MODEL_MALFORMED,
    OperatorNotAllowed = TIPRDC_ERROR_OPERATOR_NOT_ALLOWED,
    ManifestMissing = TIPRDC_ERROR_MANIFEST_MISSING,
    ManifestInvalid = TIPRDC_ERROR_MANIFEST_INVALID,
    ManifestUnsupported = TIPRDC_ERROR_MANIFEST_UNSUPPORTED,
    ManifestMismatch = TIPRDC_ERROR_MANIFEST_MISMATCH,
    InputKind = TIPRDC_ERROR_INPUT_KIND,
    InputShape = TIPRDC_ERROR_INPUT_SHAPE,
    InputNotFinite = TIPRDC_ERROR_INPUT_NOT_FINITE,
    InputField = TIPRDC_ERROR_INPUT_FIELD,
    OutputSize = TIPRDC_ERROR_OUTPUT_SIZE,
    Argument = TIPRDC_ERROR_ARGUMENT,
    FeaturesMalformed = TIPRDC_ERROR_FEATURES_MALFORMED,
    FeaturesNotFinite = TIPRDC_ERROR_FEATURES_NOT_FINITE,
    TableMalformed = TIPRDC_ERROR_TABLE_MALFORMED,
    TableMismatch = TIPRDC_ERROR_TABLE_MISMATCH,
    Internal = TIPRDC_ERROR_INTERNAL,
    RandomnessUnavailable = TIPRDC_ERROR_RANDOMNESS_UNAVAILABLE,
};

/** All kinds, by number. */
inline constexpr std::array<ErrorKind, 20> all_error_kinds = {
    ErrorKind::FileUnreadable,
    ErrorKind::ModelTooLarge,
    ErrorKind::ModelMalformed,
    ErrorKind::OperatorNotAllowed,
    ErrorKind::ManifestMissing,
    ErrorKind::ManifestInvalid,
    ErrorKind::ManifestUnsupported,
    ErrorKind::ManifestMismatch,
    ErrorKind::InputKind,
    ErrorKind::InputShape,
    ErrorKind::InputNotFinite,
    ErrorKind::InputField,
    ErrorKind::OutputSize,
    ErrorKind::Argument,
    ErrorKind::FeaturesMalformed,
    ErrorKind::FeaturesNotFinite,
    ErrorKind::TableMalformed,
    ErrorKind::TableMismatch,
    ErrorKind::Internal,
    ErrorKind::RandomnessUnavailable,
};

/** The stable number of a kind. */
constexpr std::int32_t code(ErrorKind kind) noexcept {
    return static_cast<std::int32_t>(kind);
}

/** The name of a kind, as in every language: `InputShape`. Lives as long as the library. */
inline std::string_view name(ErrorKind kind) noexcept {
    const char *text = tiprdc_status_name(code(kind));
    return text == nullptr ? std::string_view() : std::string_view(text);
}

/** One sentence on what a kind means. Lives as long as the library. */
inline std::string_view meaning(ErrorKind kind) noexcept {
    const char *text = tiprdc_status_meaning(code(kind));
    return text == nullptr ? std::string_view() : std::string_view(text);
}

/** Why an operation failed: a kind, and `what()`, which says what was expected and what came, with shapes and
 * units. It never holds values of inputs or features. */
class Error : public std::runtime_error {
public:
    /** An error of this kind, with these words. */
    Error(ErrorKind kind, const std::string &what) : std::runtime_error(what), kind_(kind) {}

    /** The kind, for code that wants to react. */
    ErrorKind kind() const noexcept { return kind_; }

private:
    ErrorKind kind_;
};

inline namespace TIPRDC_FORM {

namespace detail {
/** Text of the library, where a number that is no status gives none. */
inline std::string_view text_or_nothing(const char *text) noexcept {
    return text == nullptr ? std::string_view() : std::string_view(text);
}
} // namespace detail

/** A value, or why there is none. */
template <class T> class [[nodiscard]] Result {
public:
    /** A value. */
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    /** Why there is none. */
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    /** Whether there is a value. */
    bool ok() const noexcept { return state_.index() == 0; }
    /** Whether there is a value. */
    explicit operator bool() const noexcept { return ok(); }

    /** The value. Without one, throws its error, or ends the program where there are no exceptions. */
    T &value() & { return *required(); }
    /** The value, to keep. Without one, throws its error, or ends the program where there are no exceptions.
     */
    T &&value() && { return std::move(*required()); }
    /** The value. Without one, throws its error, or ends the program where there are no exceptions. */
    const T &value() const & { return *const_cast<Result *>(this)->required(); }

    /** The value, which is there. */
    T &operator*() & { return value(); }
    /** The value, which is there. */
    const T &operator*() const & { return value(); }
    /** The value, which is there. */
    T *operator->() { return required(); }
    /** The value, which is there. */
    const T *operator->() const { return &value(); }

    /** Why there is no value; ends the program if there is one. */
    const Error &error() const noexcept {
        const Error *error = std::get_if<1>(&state_);
        if (error == nullptr) {
            std::abort();
        }
        return *error;
    }

private:
    T *required() {
        T *value = std::get_if<0>(&state_);
        if (value == nullptr) {
#ifdef TIPRDC_NO_EXCEPTIONS
            std::abort();
#else
            throw error();
#endif
        }
        return value;
    }

    std::variant<T, Error> state_;
};

/** What `Result` holds where there is nothing to hold. */
struct Done {};

namespace detail {

/** The failure of the last call of this thread. */
inline Error last_error(tiprdc_status_t status) {
    return Error(static_cast<ErrorKind>(status), tiprdc_last_error());
}

/** Done, or why not. */
inline Result<Done> done(tiprdc_status_t status) {
    if (status != TIPRDC_OK) {
        return last_error(status);
    }
    return Done{};
}

} // namespace detail

} // namespace TIPRDC_FORM
} // namespace tiprdc

#endif
