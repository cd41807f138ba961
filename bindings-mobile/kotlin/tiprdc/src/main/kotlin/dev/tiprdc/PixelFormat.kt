package dev.tiprdc

/** What the bytes of a pixel are. Rows come from the top, without padding between them; alpha is ignored. */
public enum class PixelFormat {
    /** 3 bytes: red, green, blue. */
    RGB8,

    /** 4 bytes: red, green, blue, alpha; what Android's `ARGB_8888` bitmaps hold. */
    RGBA8,

    /** 4 bytes: blue, green, red, alpha. */
    BGRA8,

    /** 1 byte of grey. */
    GRAY8,
}
