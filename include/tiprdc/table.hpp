/*! \file table.hpp
 * The substitutes that indices stand for: the collector's side.
 */
#ifndef TIPRDC_TABLE_HPP
#define TIPRDC_TABLE_HPP

#include "../tiprdc.h"
#include "config.hpp"
#include "error.hpp"
#include "features.hpp"
#include "handle.hpp"
#include "span.hpp"
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tiprdc {
inline namespace TIPRDC_FORM {

/** The substitutes of a substitute release, one for each index. The collector has it, devices do not.
 *
 *  What is read from a table is the table's, and stays until it goes. Threads: any number may use one at
 * once. */
class SubstituteTable {
public:
    /** Owns a table of the C face. */
    explicit SubstituteTable(tiprdc_table_t *table) noexcept : handle_(table) {}

#ifndef TIPRDC_NO_EXCEPTIONS
    /** Reads a table: safetensors with an F32 tensor `substitutes`. Throws Error: TableMalformed. */
    static SubstituteTable from_bytes(span<const std::uint8_t> bytes) {
        return try_from_bytes(bytes).value();
    }

    /** Puts the substitutes in the place of their indices: from `[records, 1]` to `[records, ...]`. Throws
     * Error: TableMismatch. */
    Features resolve(const Features &features) const {
        return try_resolve(features).value();
    }
#endif

    /** Reads a table: safetensors with an F32 tensor `substitutes`. Error: TableMalformed. */
    static Result<SubstituteTable> try_from_bytes(span<const std::uint8_t> bytes) {
        tiprdc_table_t *table = nullptr;
        const auto status = tiprdc_table_from_bytes(bytes.data(), bytes.size(), &table);
        if (status != TIPRDC_OK) {
            return detail::last_error(status);
        }
        return SubstituteTable(table);
    }

    /** Puts the substitutes in the place of their indices: from `[records, 1]` to `[records, ...]`. Error:
     *  TableMismatch. */
    Result<Features> try_resolve(const Features &features) const {
        tiprdc_features_t *resolved = nullptr;
        const auto status = tiprdc_table_resolve(get(), features.get(), &resolved);
        if (status != TIPRDC_OK) {
            return detail::last_error(status);
        }
        return Features(resolved);
    }

    /** SHA-256 of the table's file, in hexadecimal: what manifests and features name it by. */
    std::string_view digest() const noexcept {
        return detail::text(get(), tiprdc_table_digest);
    }
    /** `[count, ...]`. */
    span<const std::size_t> shape() const noexcept {
        return detail::values<std::size_t>(get(), tiprdc_table_shape);
    }

    /** What tiprdc.h takes; NULL if it was moved from. */
    const tiprdc_table_t *get() const noexcept {
        return handle_.get();
    }

private:
    detail::Handle<tiprdc_table_t, tiprdc_table_free> handle_;
};

} // namespace TIPRDC_FORM
} // namespace tiprdc

#endif
