/** Prints the folder in which JNA looks for this machine's libraries inside a jar: {@code linux-x86-64} and the like. */
public final class Platform {
    public static void main(String[] arguments) {
        System.out.println(com.sun.jna.Platform.RESOURCE_PREFIX);
    }
}
