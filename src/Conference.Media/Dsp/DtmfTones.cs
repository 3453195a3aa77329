namespace Conference.Media.Dsp;

/// <summary>The sixteen keys and their pairs of tones (ITU-T Q.23).</summary>
internal static class DtmfTones
{
    /// <summary>Rows, then columns, in Hz.</summary>
    public static readonly float[] Frequencies = [697, 770, 852, 941, 1209, 1336, 1477, 1633];

    private const string Keys = "123A456B789C*0#D";

    public static char KeyAt(int row, int column) => Keys[4 * row + column];

    /// <returns>Row and column; <see langword="false"/> when there is no such key.</returns>
    public static bool TryFind(char key, out int row, out int column)
    {
        (row, column) = Math.DivRem(Keys.IndexOf(char.ToUpperInvariant(key)), 4);
        return row >= 0 && column >= 0;
    }
}
