using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Conference.Web.Features.Shared;

/// <summary>The one-time way in while there is no administrator: 256 random bits, of which only the hash is kept.</summary>
public sealed class SetupLink(TimeProvider time) : IDisposable
{
    /// <summary>How long it is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _gate = new(1);
    private byte[]? _hash;
    private DateTimeOffset _until;
    private string? _untold;

    /// <summary>Whether somebody holds a link that still works.</summary>
    public bool IsOpen => Volatile.Read(ref _hash) is not null && time.GetUtcNow() < _until;

    /// <summary>Draws a token; an earlier one dies.</summary>
    public void Open()
    {
        _untold = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _until = time.GetUtcNow() + Life;
        Volatile.Write(ref _hash, HashOf(_untold));
    }

    /// <summary>The token in clear, told once and then forgotten.</summary>
    public string? TakeToken() => Interlocked.Exchange(ref _untold, null);

    public bool Fits(string token) => IsOpen && Volatile.Read(ref _hash) is { } hash && CryptographicOperations.FixedTimeEquals(HashOf(token), hash);

    /// <summary>Uses the link up if <paramref name="work"/> succeeds; of two at once, one comes through.</summary>
    /// <returns><see langword="false"/> when the token does not fit (any more).</returns>
    public async Task<bool> SpendAsync(string token, Func<Task<bool>> work)
    {
        await _gate.WaitAsync();
        try
        {
            if (!Fits(token)) return false;
            if (await work()) Volatile.Write(ref _hash, null);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
