package android.content;

import android.content.res.AssetManager;

/** Stands in for Android's class where there is no Android: as much of it as the package uses. Never shipped. */
public class Context {
    private final AssetManager assets;

    public Context(AssetManager assets) {
        this.assets = assets;
    }

    public AssetManager getAssets() {
        return assets;
    }
}
