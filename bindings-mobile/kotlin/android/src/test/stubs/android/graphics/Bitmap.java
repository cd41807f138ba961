package android.graphics;

import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * Stands in for Android's class where there is no Android: as much of it as the package uses. Never shipped.
 *
 * Pixels are kept as Android documents them: ARGB_8888 as bytes red, green, blue, alpha; RGB_565 as little-endian shorts.
 */
public final class Bitmap {
    public enum Config { RGB_565, ARGB_8888 }

    private final int width;
    private final int height;
    private final Config config;
    private final int rowBytes;
    private final byte[] pixels;
    private boolean recycled;

    public Bitmap(int width, int height, Config config, int rowBytes, byte[] pixels) {
        this.width = width;
        this.height = height;
        this.config = config;
        this.rowBytes = rowBytes;
        this.pixels = pixels;
    }

    public int getWidth() { return width; }

    public int getHeight() { return height; }

    public Config getConfig() { return config; }

    public int getRowBytes() { return rowBytes; }

    public boolean isRecycled() { return recycled; }

    public void recycle() { recycled = true; }

    public void copyPixelsToBuffer(Buffer buffer) {
        ((ByteBuffer) buffer).put(pixels, 0, rowBytes * height);
    }

    public Bitmap copy(Config target, boolean mutable) {
        if (target != Config.ARGB_8888) {
            return null;
        }
        byte[] out = new byte[width * height * 4];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int to = (y * width + x) * 4;
                if (config == Config.ARGB_8888) {
                    System.arraycopy(pixels, y * rowBytes + x * 4, out, to, 4);
                } else {
                    int from = y * rowBytes + x * 2;
                    int packed = (pixels[from] & 0xff) | (pixels[from + 1] & 0xff) << 8;
                    out[to] = (byte) ((packed >> 11) * 255 / 31);
                    out[to + 1] = (byte) ((packed >> 5 & 63) * 255 / 63);
                    out[to + 2] = (byte) ((packed & 31) * 255 / 31);
                    out[to + 3] = (byte) 255;
                }
            }
        }
        return new Bitmap(width, height, target, width * 4, out);
    }
}
