using System.Collections.Concurrent;
using Conference.Media.Dsp;
using Conference.Media.Files;

namespace Conference.Core.Exchange;

/// <summary>Keys as tones in the voice, for a peer that understands nothing else; each made once.</summary>
internal static class KeyTones
{
    private const int Rate = 8000;
    private const int Samples = Rate * 16 / 100; // 100 ms of tone and 60 ms of rest

    private static readonly ConcurrentDictionary<char, Sound> s_made = [];

    /// <param name="key">0-9 * # A-D; anything else is silence.</param>
    public static Sound Of(char key) => s_made.GetOrAdd(key, Make);

    private static Sound Make(char key)
    {
        var samples = new short[Samples];
        var tones = new DtmfGenerator(Rate);
        tones.Enqueue(key);
        tones.Fill(samples);
        return new Sound($"key {key}", Rate, samples);
    }
}
