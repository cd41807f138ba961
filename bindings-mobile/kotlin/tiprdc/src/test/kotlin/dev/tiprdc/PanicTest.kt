package dev.tiprdc

import dev.tiprdc.internal.InternalException
import dev.tiprdc.internal.panicOnPurpose
import org.junit.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse

/** A panic in Rust is an ordinary error of this package; its words, which may hold a value, stay behind. */
internal class PanicTest {
    @Test
    fun `a panic is an internal error without its words`() {
        val words = assertFailsWith<InternalException> { panicOnPurpose() }.message
        assertContains(checkNotNull(words), "canary", message = "there are no words to hold back")
        val error = assertFailsWith<TiprdcException.Internal> { calling { panicOnPurpose() } }
        assertEquals(900, error.code)
        assertFalse(error.stackTraceToString().contains("canary"))
    }
}
