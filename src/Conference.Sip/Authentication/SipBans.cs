using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Loop;
using Conference.Sip.Transport;

namespace Conference.Sip.Authentication;

/// <summary>The bans of a <see cref="SignInGuard"/> as people see and lift them. Kept on the SIP loop, read from anywhere.</summary>
internal sealed class SipBans : ISipBans
{
    private const int Most = 1_000; // shown; the guard itself holds more

    private readonly SignInGuard _guard;
    private readonly ISipWatcher _watcher;
    private readonly SipLoop _loop;
    private ImmutableDictionary<(IPAddress Source, string User), SipBan> _bans = ImmutableDictionary<(IPAddress, string), SipBan>.Empty;

    public SipBans(SignInGuard guard, ISipWatcher watcher, SipLoop loop)
    {
        (_guard, _watcher, _loop) = (guard, watcher, loop);
        guard.OnShut = OnShut;
    }

    public ImmutableArray<SipBan> Bans
    {
        get
        {
            var now = _loop.WallClock;
            return [.. Volatile.Read(ref _bans).Values.Where(b => b.Until > now).OrderByDescending(b => b.Since)];
        }
    }

    public void Lift(IPAddress source, string? username) => _loop.Post(() =>
    {
        var user = (username ?? "").ToLowerInvariant();
        _guard.Lift(source, user);
        if (_bans.TryGetValue((SourcePrefix.Of(source), user), out var ban)) End(ban, user);
    });

    /// <summary>A longer ban takes the place of a shorter one and keeps its beginning.</summary>
    private void OnShut(IPAddress source, string user, long until, int wrong)
    {
        var now = _loop.WallClock;
        if (_bans.Count >= Most) ForgetOver(now);
        if (_bans.Count >= Most) return;
        var isLonger = _bans.TryGetValue((source, user), out var before) && before.Until > now;
        var length = TimeSpan.FromMilliseconds(until - _loop.Now);
        var ban = new SipBan(source, user.Length > 0 ? user : null, isLonger ? before!.Since : now, now + length, wrong);
        Volatile.Write(ref _bans, _bans.SetItem((source, user), ban));
        _loop.Set(new SipTimer(() => Expire(ban, user)), length);
        _watcher.OnBan(ban);
    }

    private void Expire(SipBan ban, string user)
    {
        if (_bans.TryGetValue((ban.Source, user), out var now) && ReferenceEquals(now, ban)) End(ban, user);
    }

    private void End(SipBan ban, string user)
    {
        Volatile.Write(ref _bans, _bans.Remove((ban.Source, user)));
        _watcher.OnBanEnded(ban);
    }

    private void ForgetOver(DateTimeOffset now) => Volatile.Write(ref _bans, _bans.RemoveRange(_bans.Where(b => b.Value.Until <= now).Select(b => b.Key)));
}
