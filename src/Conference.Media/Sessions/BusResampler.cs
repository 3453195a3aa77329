namespace Conference.Media.Sessions;

internal sealed class BusResampler(int from, int to)
{
    private int _uses;
    public int From => from;

    public int To => to;

    public void Add(ReadOnlySpan<int> frame, Span<int> target)
    {
        _uses++;
        for (var i = 0; i < target.Length; i++) target[i] += frame[(int)((long)i * frame.Length / target.Length)];
    }

    public void Convert(ReadOnlySpan<short> frame, Span<short> target)
    {
        _uses++;
        Span<short> copy = stackalloc short[960];
        frame.CopyTo(copy);
        for (var i = 0; i < target.Length; i++) target[i] = copy[(int)((long)i * frame.Length / target.Length)];
    }
}
