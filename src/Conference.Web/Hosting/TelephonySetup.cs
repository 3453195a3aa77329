using Conference.Core.Calls;
using Conference.Core.Exchange;
using Conference.Core.Recordings;
using Conference.Core.Rooms;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Import;
using Conference.Infrastructure.Routing;
using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Remote;
using Conference.Media.Sessions;
using Conference.Sip;
using Conference.Sip.Calls;
using Conference.Sip.Trunks;
using Conference.Web.Features.Shared;
using Microsoft.Extensions.Options;

namespace Conference.Web.Hosting;

internal static class TelephonySetup
{
    /// <summary>Prompts are mixed at the rate of the telephone.</summary>
    private const int Rate = 8000;

    /// <summary>The exchange: signalling, voices, and the desk that takes calls.</summary>
    public static void AddTelephony(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        AddTelephonyOptions(services);
        services.AddSingleton(all => new DigestRealm(all.GetRequiredService<IOptions<SipOptions>>().Value.Realm));
        services.AddSingleton(all => PhonesReach(all.GetRequiredService<IOptions<SipOptions>>().Value));
        services.AddSingleton<DeviceDirectory>();
        services.AddSingleton<RouteDirectory>();
        services.AddSingleton<BindingStore>();
        services.AddSingleton<MediaProcessLog>();
        services.AddSingleton(OpenMedia);
        services.AddSingleton(_ => new RoomSounds(Tones.Join, Tones.Leave, Music.Loop));
        services.AddSingleton(OpenVoice);
        services.AddSingleton<PinGuard>();
        services.AddSingleton<CallDesk>();
        services.AddSingleton<ISipPolicy, CallPolicy>();
        AddExchange(services);
        services.AddSingleton<ISipWatcher, SignallingWatcher>();
        services.AddSingleton<SipCertificate>();
        services.AddSingleton<ISipStack>(OpenSip);
        services.AddSingleton(all => all.GetRequiredService<ISipStack>().Bans);
        services.AddSingleton(all => all.GetRequiredService<ISipStack>().Trace);
        services.AddSingleton(all => all.GetRequiredService<ISipStack>().Trunks);
        services.AddHostedService(all => all.GetRequiredService<BindingStore>());
        services.AddHostedService<AsteriskWatcher>();
        services.AddHostedService<TelephonyHost>();
    }

    /// <summary>Calls between people: through rooms with two seats, and out of the house.</summary>
    private static void AddExchange(IServiceCollection services)
    {
        services.AddSingleton<ISipCalls, StackCalls>();
        services.AddSingleton<EnumLookup>(all => async (number, suffix, cancel) =>
            await all.GetRequiredService<ISipStack>().Numbers.FindAsync(number, suffix, cancel) is { } uri ? [uri] : []);
        services.AddSingleton<LineIsDown>(all => trunk =>
            all.GetRequiredService<ISipTrunks>().States.Any(s => s.Health == TrunkHealth.Down && s.Name.Equals(trunk, StringComparison.OrdinalIgnoreCase)));
        services.AddSingleton(_ => new ExchangeSounds(Tones.Ringing, Tones.Busy, Music.Loop));
        services.AddSingleton(all => DomainOf(all.GetRequiredService<IOptions<SipOptions>>().Value));
        services.AddSingleton<TrunkChannels>();
        services.AddSingleton<SwitchboardParts>();
        services.AddSingleton<Switchboard>();
        services.AddSingleton<HouseState>();
        services.AddHostedService<LampTender>();
        services.AddHostedService<LoadWatcher>();
    }

    private static ExchangeOptions DomainOf(SipOptions sip) =>
        new(string.IsNullOrEmpty(sip.AdvertisedAddress) ? sip.Realm : sip.AdvertisedAddress) { PrivateDirectories = [.. sip.PrivateDirectories.Select(d => d.Trim().Trim('.'))] };

    private static void AddTelephonyOptions(IServiceCollection services)
    {
        services.AddOptions<AsteriskOptions>().BindConfiguration(AsteriskOptions.Section);
        services.AddOptions<RecordingOptions>().BindConfiguration(RecordingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SipOptions>().BindConfiguration(SipOptions.Section)
            .Validate(o => o.RealmIsUsable, "Conference:Sip:Realm must be 1 to 64 letters, digits, dots, dashes or underscores.")
            .Validate(o => o.AdvertisedIsUsable, "Conference:Sip:AdvertisedAddress must be an IP address or a host name.")
            .Validate(o => o.ExpiresAreUsable, "Conference:Sip:MinExpires must be 10 to 3600 seconds, and Conference:Sip:MaxExpires not less and at most 86400.")
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<SipOptions>, SipListenCheck>();
        services.AddSingleton<IValidateOptions<SipOptions>, SipNamesCheck>();
        services.AddSingleton<IValidateOptions<SipOptions>, SipCertificateCheck>();
        services.AddOptions<MediaPortOptions>().BindConfiguration(MediaPortOptions.Section)
            .Validate(o => o.Range() is not null, "Conference:Media:Ports must be two UDP ports from 1024 to 65535, the lower first, for instance 10000-20000.")
            .Validate(o => o.SharedIsUsable, "Conference:Media:SharedPort must be a UDP port from 1024 to 65535 outside of Conference:Media:Ports, for instance 20001, or 0 for any that is free.")
            .Validate(o => !o.CodecNames.IsEmpty && o.UnknownCodecs.IsEmpty, $"Conference:Media:Codecs must name codecs, best first and separated by commas, of these: {string.Join(", ", VoiceCodecs.AllNames)}.")
            .Validate(o => o.Protection is not null, "Conference:Media:Security must be None, Accept or Sdes.")
            .Validate(o => o.VideoKilobits is >= 64 and <= 20_000, "Conference:Media:VideoKilobits must be from 64 to 20000.")
            .Validate(o => o.ProcessIsKnown, "Conference:Media:Process must be Embedded or Separate.")
            .ValidateOnStart();
    }

    private static IMediaEngine OpenMedia(IServiceProvider all)
    {
        var sip = all.GetRequiredService<IOptions<SipOptions>>().Value;
        var voices = all.GetRequiredService<IOptions<MediaPortOptions>>().Value;
        var (first, last) = voices.Range()!.Value;
        var address = new MediaAddress(sip.AdvertisedAddress, OwnNetworks.OfThisMachine);
        var recordings = all.GetRequiredService<IOptions<RecordingOptions>>().Value;
        var media = new MediaOptions
        {
            Disk = recordings.Ladder,
            RecordsTracks = recordings.Tracks,
            CutsPauses = recordings.CutPauses,
            FirstPort = first,
            LastPort = last,
            Codecs = voices.CodecNames,
            Security = voices.Protection!.Value,
            Pauses = voices.Pauses,
            Video = voices.Video,
            VideoKilobits = voices.VideoKilobits,
            LeastFree = RecordingPlaces.LeastFree,
            RecordingFolder = all.GetRequiredService<RecordingPlaces>().Root,
            Bind = MediaAddress.ToBind(sip.Read().Listeners),
            SharedPort = voices.SharedPort,
            AdvertisedTo = address.To,
            CandidatesTo = address.Candidates,
        };
        var time = all.GetRequiredService<TimeProvider>();
        return voices.IsSeparate ? MediaProcess.Start(media, all.GetRequiredService<MediaProcessLog>(), time) : new MediaEngine(media, time);
    }

    private static SipStack OpenSip(IServiceProvider all)
    {
        var options = all.GetRequiredService<IOptions<SipOptions>>().Value;
        var names = SipNames.Read(options);
        var certificates = options.HasTls || options.Certificates.Length > 0 ? all.GetRequiredService<SipCertificate>() : null;
        var stack = new SipStackOptions
        {
            Listen = options.Read().Listeners,
            AdvertisedAddress = string.IsNullOrEmpty(options.AdvertisedAddress) ? null : options.AdvertisedAddress,
            Realm = options.Realm,
            Domains = names.Domains,
            ServiceRoute = names.ServiceRoute,
            DnsServers = names.DnsServers,
            MinExpires = TimeSpan.FromSeconds(options.MinExpires),
            MaxExpires = TimeSpan.FromSeconds(options.MaxExpires),
            Certificate = certificates is null ? null : certificates.For,
            TrunkCertificate = certificates is null ? null : certificates.ForTrunk,
        };
        return new SipStack(stack, all.GetRequiredService<ISipPolicy>(), all.GetRequiredService<ISipWatcher>(), all.GetRequiredService<TimeProvider>(), all.GetRequiredService<HouseState>());
    }

    private static PhoneServer PhonesReach(SipOptions sip)
    {
        var listeners = sip.Read().Listeners;
        return new PhoneServer(sip.AdvertisedAddress ?? "", [.. listeners.Select(l => new PhoneWay(l.Transport.ToUpperInvariant(), l.Address.Port)).DistinctBy(w => w.Transport)]);
    }

    /// <summary>The administrator's own recordings first, then those that came with the program.</summary>
    private static Voice OpenVoice(IServiceProvider all)
    {
        var builtIn = Path.Combine(all.GetRequiredService<IWebHostEnvironment>().WebRootPath, "prompts");
        var own = Path.Combine(all.GetRequiredService<IConfiguration>()["Conference:DataDirectory"]!, "prompts", "custom");
        var library = SoundLibrary.Load(builtIn, own, Rate);
        var settings = all.GetRequiredService<SettingsStore>();
        return new Voice(library.Find, () => settings.Current.Language);
    }

    private sealed class SipListenCheck : IValidateOptions<SipOptions>
    {
        public ValidateOptionsResult Validate(string? name, SipOptions options) =>
            options.Read().Problems is { IsEmpty: false } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
