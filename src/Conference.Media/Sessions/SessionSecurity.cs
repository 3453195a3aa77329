using Conference.Media.Sdp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>What protects one leg, from one agreement to the next: keys of the signalling, or a handshake, on its own ports or on the shared one.</summary>
/// <remarks>Used by signalling, one thread at a time, and disposed of when the worker has let go of the leg.</remarks>
internal sealed class SessionSecurity(MediaEngine engine, PacketPort rtp, Leg leg) : IDisposable
{
    private readonly List<LegShield> _shields = [];
    private MediaKeys? _keys;
    private LegSecurity _now = new(null, null, null);
    private IceLeg? _ice;

    /// <summary>What holds by an agreement. Keys that stay the same go on with their counters, and a handshake that was made is not made again.</summary>
    public LegSecurity For(Agreement agreed)
    {
        var before = _now.Handshake;
        var ice = agreed.Ice is null ? null : _ice ??= engine.Shared!.Open();
        if (agreed.Keys != _keys) _now = Protect(agreed.Keys, ice ?? rtp);
        (_keys, _now) = (agreed.Keys, _now with { Ice = ice });
        if (_now.Handshake is { } handshake) ice?.Use(handshake);
        if (agreed.Ice is { } pair) ice!.Use(pair); // last: from here on the peer's checks are answered
        if (before is not null && !ReferenceEquals(before, _now.Handshake)) leg.Ask(before.Dispose); // the worker uses its keys until it has the new ones
        return _now;
    }

    public void Dispose()
    {
        _ice?.Dispose();
        _now.Handshake?.Dispose();
        foreach (var shield in _shields)
            shield.Dispose();
    }

    private LegSecurity Protect(MediaKeys? keys, PacketPort port)
    {
        switch (keys)
        {
            case MediaKeys.Sdes sdes:
                var shield = LegShield.Of(sdes, _keys as MediaKeys.Sdes, _now.Shield);
                _shields.Add(shield);
                return new LegSecurity(shield, null, null);
            case MediaKeys.Dtls dtls:
                return new LegSecurity(null, new LegHandshake(engine.Desk!, dtls, port, Take), null);
            default:
                return new LegSecurity(null, null, null);
        }
    }

    private void Take(LegHandshake handshake, LegShield? shield) => leg.Ask(() => leg.Use(handshake, shield));
}

/// <summary>What protects a leg, for the worker that has it.</summary>
/// <param name="Shield">Under keys from the signalling.</param>
/// <param name="Handshake">Makes keys with the peer.</param>
/// <param name="Ice">Its place on the shared port; <see langword="null"/> for a leg on its own ports.</param>
internal sealed record LegSecurity(LegShield? Shield, LegHandshake? Handshake, IceLeg? Ice);
