using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

internal sealed class RecordingMap : IEntityTypeConfiguration<Recording>
{
    public void Configure(EntityTypeBuilder<Recording> recording)
    {
        recording.ToTable("recordings");
        recording.Property(r => r.Id).ValueGeneratedNever();
        recording.HasIndex(r => r.StartedAt);
        recording.HasIndex(r => r.State);
    }
}
